import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { ConfigFile } from '../support/config-file.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { configOf } from '../support/online-sdk.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { Rows } from '../support/rows.js';
import { startTestService, type OptionsTree, type TestService } from '../support/service.js';
import { textConfig } from '../support/upstream.js';

const file = new ConfigFile(textConfig('one'));
let directory: string;
let database: TestDatabase;
let service: TestService;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audience-sync-pipe-'));
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});
afterEach(() => service.stop());

async function start(offline: object): Promise<void> {
  const tree: OptionsTree = {
    http: { port: 0, host: '127.0.0.1', status: { enabled: true } },
    sdks: { app: { offline } },
  };
  service = await startTestService(database.url, tree);
}

async function source(): Promise<unknown> {
  const { body } = await request(`${service.base}/status`);
  const sdks = isJsonObject(body) ? body['sdks'] : undefined;
  const sdk = isJsonObject(sdks) ? sdks['app'] : undefined;
  return isJsonObject(sdk) ? sdk['source'] : undefined;
}

async function storedCount(): Promise<number> {
  const rows = await new Rows(database.url).connect();
  try {
    return (await rows.query('select from base_config')).length;
  } finally {
    await rows.end();
  }
}

describe('a start', () => {
  it('with a bad file serves what was read from it last, and is degraded for it', async () => {
    await start(file.offline);
    await eventually(async () => expect(await storedCount()).toBe(1));
    await service.stop();
    await file.write('{"f":');
    await start(file.offline);
    const isWhole = { status: 200, text: textConfig('one') };
    expect(await configOf(service.base, 'app')).toMatchObject(isWhole);
    const why = expect.stringContaining('[error] failed to parse JSON from file');
    expect(await source()).toMatchObject({
      type: 'cache',
      status: 'degraded',
      records: expect.arrayContaining([why]),
    });
    await file.write(textConfig('one'));
    await eventually(async () =>
      expect(await source()).toMatchObject({ type: 'file', status: 'healthy' }),
    );
  });

  it('with a pipe in place of the file is answered 500, and can be stopped', async () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    await start({ enabled: true, local: { file_path: path } });
    expect(await configOf(service.base, 'app')).toMatchObject({ status: 500 });
    expect(await source()).toMatchObject({ type: 'file', status: 'down' });
    await service.stop();
  });
});
