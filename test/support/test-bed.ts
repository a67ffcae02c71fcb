import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, vi } from 'vitest';
import { noCounts, type Counts } from '../../src/engage/counts.js';
import { isJsonObject } from '../../src/engage/json-value.js';
import { request, type HttpAnswer } from './http-answer.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { Rows } from './rows.js';
import { SECRET, startTestService, TOKEN, type OptionsTree, type TestService } from './service.js';

/** Long beside the milliseconds that a change takes, for a machine that is busy with other tests. */
export const PATIENCE = { timeout: 10_000, interval: 10 };

export interface Sending {
  readonly destination?: string;
  /** After `/engage/{destination}/`. */
  readonly route?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One service on a database of the test file's own. */
export class TestBed {
  #database: TestDatabase | undefined;
  #service: TestService | undefined;
  #rows: Rows | undefined;

  /** Registers the hooks that start it before all tests of the file or suite, and stop it after. */
  constructor(overrides: OptionsTree = {}) {
    beforeAll(async () => {
      this.#database = await createTestDatabase();
      this.#rows = await new Rows(this.#database.url).connect();
      this.#service = await startTestService(this.#database.url, overrides);
    });
    afterAll(async () => {
      await this.#service?.stop();
      await this.#rows?.end();
      await this.#database?.drop();
    });
  }

  get base(): string {
    return this.#service?.base ?? '';
  }

  /** Of the diagnostics server, where it is on. */
  get diagnostics(): string {
    return this.#service?.diagnostics ?? '';
  }

  get databaseUrl(): string {
    return this.#database?.url ?? '';
  }

  get rows(): Rows {
    if (this.#rows === undefined) throw new Error('not before the tests run');
    return this.#rows;
  }

  /** Posts to a destination with its token; what is neither text nor bytes goes as JSON. */
  send(body: unknown, sending: Sending = {}): Promise<HttpAnswer> {
    return sendTo(this.base, body, sending);
  }

  /** `POST /api/{sdkId}/eval`. */
  evaluate(key: string, user: unknown, sdkId?: string): Promise<HttpAnswer> {
    return evaluateAt(this.base, key, { user, sdkId });
  }

  /** The flag's value for the user of that identifier; undefined where there is none. */
  flag(key: string, identifier: string, sdkId?: string): Promise<unknown> {
    return flagAt(this.base, key, { identifier, sdkId });
  }

  /** Resolves once the flag has that value: before a test goes on. */
  async sees(key: string, identifier: string, value: unknown, sdkId?: string): Promise<void> {
    await vi.waitFor(async () => {
      const now = await this.flag(key, identifier, sdkId);
      if (now !== value) throw new Error(`${key} of ${identifier} is ${String(now)}`);
    }, PATIENCE);
  }
}

/** Posts to a destination of the service at `base`, as `TestBed.send` does. */
export function sendTo(base: string, body: unknown, sending: Sending = {}): Promise<HttpAnswer> {
  const { destination = 'dest', route = 'events', method = 'POST', headers } = sending;
  return request(`${base}/engage/${destination}/${route}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...headers,
      authorization: headers?.['authorization'] ?? `Bearer ${TOKEN}`,
    },
    body: bytesOf(body),
  });
}

/** The value of a flag of the service at `base`, as `TestBed.flag` has it. */
export async function flagAt(
  base: string,
  key: string,
  { identifier, sdkId }: { readonly identifier: string; readonly sdkId?: string | undefined },
): Promise<unknown> {
  const { body } = await evaluateAt(base, key, { user: { Identifier: identifier }, sdkId });
  return isJsonObject(body) ? body['value'] : undefined;
}

function evaluateAt(
  base: string,
  key: string,
  { user, sdkId = 'default' }: { readonly user: unknown; readonly sdkId?: string | undefined },
): Promise<HttpAnswer> {
  const body = JSON.stringify({ key, user });
  return request(`${base}/api/${sdkId}/eval`, { method: 'POST', body });
}

function bytesOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}

/** Counts as an answer has them: those not named are 0, and `received` is their sum. */
export function counts(named: Partial<Omit<Counts, 'received'>>): Counts {
  const received = Object.values(named).reduce((sum, count) => sum + count, 0);
  return { ...noCounts(received), ...named };
}

/** `X-Signature` as Segment makes it. */
export function sign(bytes: string | Uint8Array, secret: string = SECRET): string {
  return createHmac('sha1', secret).update(bytes).digest('hex');
}
