import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceLogger } from '../../src/observability/service-logger.js';
import { ConfigFile } from '../support/config-file.js';
import { request } from '../support/http-answer.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { TestBed } from '../support/test-bed.js';

const file = new ConfigFile(SERVED_FLAGS);
const offline = file.offline;
const bed = new TestBed({ sdks: { eval: { offline }, flag: { offline }, flags: { offline } } });

/** Whose rule the flag `invalid` fails at. */
const BROKEN = '"broken":"a-secret-of-the-user"';
let lines: string[];

beforeEach(() => {
  lines = [];
  vi.spyOn(ServiceLogger.prototype, 'error').mockImplementation((message: unknown) => {
    lines.push(String(message));
  });
});
afterEach(() => vi.restoreAllMocks());

function post(path: string, body: string, sdkId = ''): Promise<unknown> {
  const headers = { 'X-ConfigCat-SdkId': sdkId };
  return request(bed.base + path, { method: 'POST', headers, body });
}

describe('the log of a failed evaluation names the flag and the SDK id, and nothing of the user', () => {
  it.each([
    ['eval', '/api/eval/eval', `{"key":"invalid","user":{${BROKEN}}}`],
    ['flag', '/ofrep/v1/evaluate/flags/invalid', `{"context":{${BROKEN}}}`],
    ['flags', '/ofrep/v1/evaluate/flags', `{"context":{${BROKEN}}}`],
  ])('of %s: POST %s', async (sdkId, path, body) => {
    await post(path, body, sdkId);
    expect(lines).toEqual([
      `The flag "invalid" of the SDK id '${sdkId}' failed: Comparison operator is invalid.`,
    ]);
  });

  it('but what no flag of the config is', async () => {
    await post('/api/eval/eval', '{"key":"nothing"}');
    await post('/ofrep/v1/evaluate/flags/nothing', '{}', 'flag');
    expect(lines).toEqual([]);
  });
});
