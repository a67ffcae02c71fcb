import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { identify } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { RawStream } from '../support/raw-stream.js';
import { testOptions } from '../support/service.js';
import { SpawnedService } from '../support/spawned-service.js';
import { flagAt, sendTo } from '../support/test-bed.js';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const CHANGES = 60;
/** All of their messages are about a gigabyte, which the kernel still holds for them. */
const MANY = { key: 'small', streams: 2_000 };
/** Over loopback, the kernel takes some 4 MB for a reader who takes nothing: 40 of these. */
const STUCK = { key: 'large', streams: 50 };
const VALUE_BYTES = { small: 8_000, large: 100_000 };
const USER = { Identifier: 'ada' };

describe.skipIf(process.platform !== 'linux')('clients of streams that never read', () => {
  let database: TestDatabase;
  let directory = '';
  let service: SpawnedService;

  beforeAll(async () => {
    database = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'audience-sync-readers-'));
    const file = join(directory, 'config.json');
    await writeFile(file, JSON.stringify(flags()));
    const options = testOptions(database.url, {
      sdks: {
        default: {
          offline: { enabled: true, local: { file_path: file } },
          audience_flags: true,
        },
      },
    });
    await writeFile(join(directory, 'options.yml'), stringify(options));
    service = new SpawnedService({ cwd: directory });
    await service.ready();
    for (const isMember of [true, false]) {
      await change(isMember);
      await eventually(async () => {
        const value = String(
          await flagAt(service.base, STUCK.key, { identifier: USER.Identifier }),
        );
        if (value.startsWith('a') !== isMember) throw new Error('the change is not seen yet');
      });
    }
  });
  afterAll(async () => {
    await service.stop();
    await rm(directory, { recursive: true, force: true });
    await database.drop();
  });

  let changes = 0;
  async function change(isMember: boolean): Promise<void> {
    changes += 1;
    const at = new Date(Date.UTC(2024, 0, 1, 0, 0, changes)).toISOString();
    const event = identify({ key: 'vip', userId: USER.Identifier, isMember, at });
    const { status, text } = await sendTo(service.base, event);
    if (status !== 200) throw new Error(`${status} ${text}`);
  }

  async function openReader(key: string): Promise<RawStream> {
    const reader = await RawStream.open(service.base, { key, user: USER });
    await eventually(() => expect(reader.values).toHaveLength(1));
    return reader;
  }
  async function openOthers({ key, streams }: typeof MANY): Promise<RawStream[]> {
    const others: RawStream[] = [];
    for (let n = 0; n < streams; n += 1) {
      const stream = await RawStream.open(service.base, { key, user: USER });
      stream.client.socket.pause();
      others.push(stream);
    }
    return others;
  }
  /** One change after the other, as one who reads hears of them. */
  async function changeAll(reader: RawStream): Promise<void> {
    for (let n = 1; n <= CHANGES; n += 1) {
      const known = reader.values.length;
      await change(!String(reader.values.at(-1)).startsWith('a'));
      await eventually(() => expect(reader.values.length).toBeGreaterThan(known));
    }
  }

  it('cost a bounded memory, and hold nobody up', async () => {
    const reader = await openReader(MANY.key);
    const before = await residentBytes(service.pid);
    await openOthers(MANY);
    await changeAll(reader);
    const grown = (await residentBytes(service.pid)) - before;
    // Not collected yet: what opening them took is in it, too.
    expect(grown / MANY.streams).toBeLessThan(24 * 1024);
  });

  it('have the newest state once they read, and not all that they missed', async () => {
    const reader = await openReader(STUCK.key);
    const [late, ...others] = await openOthers(STUCK);
    await changeAll(reader);
    const newest = reader.values.at(-1);
    late?.client.socket.resume();
    await eventually(() => expect(late?.values.at(-1)).toBe(newest));
    expect(late?.values.length).toBeLessThan(CHANGES);
    expect(others).toHaveLength(STUCK.streams - 1);
  });

  it('do not hold up the end of the service', async () => {
    const reader = await openReader(STUCK.key);
    await openOthers(STUCK);
    await changeAll(reader);
    service.kill('SIGTERM');
    expect(await service.end).toEqual({ code: 0, signal: null });
  });
});

/** Flags of two sizes: of one letter for members of `vip`, of another for all others. */
function flags(): object {
  return {
    p: { s: 'salt' },
    f: { small: flag(VALUE_BYTES.small), large: flag(VALUE_BYTES.large) },
  };
}

function flag(bytes: number): object {
  const members = {
    c: [{ p: { f: 'audience_vip', c: 0, v: { b: true } } }],
    s: served('a', bytes),
  };
  return { t: 1, ...served('b', bytes), r: [members] };
}

function served(letter: string, bytes: number): object {
  return { v: { s: letter.repeat(bytes) }, i: `v_${letter}` };
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
