import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadOptions } from '../../src/options/load-options.js';
import { OptionsError } from '../../src/options/options.error.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'audience-sync-secrets-'));
  writeFileSync(join(directory, 'empty'), '');
  writeFileSync(join(directory, 'blank'), '\n\n');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What is said of the options; undefined: they are taken. */
function refusal(tree: object, env: NodeJS.ProcessEnv = {}): OptionsError | undefined {
  const file = join(directory, 'options.yml');
  writeFileSync(file, stringify(tree));
  try {
    loadOptions({ argv: ['-c', file], env, cwd: directory });
    return undefined;
  } catch (error) {
    if (error instanceof OptionsError) return error;
    throw error;
  }
}

const key = `${'a'.repeat(22)}/${'b'.repeat(22)}`;
const sdk = (over: object): object => ({ sdks: { shop: { key, ...over } } });
const destination = (over: object): object => ({
  engage: { destinations: { dest: { token: 'other-token', ...over } } },
});
const authHeaders =
  (group: string) =>
  (secret: string): object => ({
    http: { [group]: { auth_headers: { 'X-Other': 'other', 'X-Key': secret } } },
  });

const SECRETS: ReadonlyArray<readonly [string, (secret: string) => object]> = [
  ['http.api.auth_headers', authHeaders('api')],
  ['http.ofrep.auth_headers', authHeaders('ofrep')],
  ['http.webhook.auth_headers', authHeaders('webhook')],
  [
    'http.webhook.auth.password',
    (password) => ({ http: { webhook: { auth: { user: 'ann', password } } } }),
  ],
  ['sdks.shop.key', (secret) => sdk({ key: secret })],
  ['sdks.shop.webhook_signing_key', (secret) => sdk({ webhook_signing_key: secret })],
  ['engage.destinations.dest.token', (token) => destination({ token })],
  ['engage.destinations.dest.token', (token) => destination({ token: ['other', token] })],
  ['engage.destinations.dest.shared_secrets', (secret) => destination({ shared_secrets: secret })],
  ['engage.destinations.dest.write_keys', (secret) => destination({ write_keys: [secret] })],
  [
    'engage.destinations.dest.service_token',
    (secret) => destination({ client_side_id: 'id', service_token: secret }),
  ],
  ['admin.tokens[0].token', (token) => ({ admin: { tokens: [{ name: 'ann', token }] } })],
  ['segment.write_key', (secret) => ({ segment: { write_key: secret } })],
  ['database.url', (url) => ({ database: { url } })],
];

describe('a secret with nothing in it', () => {
  it.each(SECRETS)('is refused as %s, however it came', (path, withSecret) => {
    const given = ['', ' ', '${EMPTY}', `file:${directory}/empty`, `file:${directory}/blank`];
    for (const secret of given) {
      const [problem] = refusal(withSecret(secret), { EMPTY: '' })?.problems ?? [];
      // Where a reference leads to nothing, the path goes on to the item itself.
      expect(problem?.path.startsWith(path)).toBe(true);
    }
  });

  it('is refused in a variable, without the others that stand beside it', () => {
    const variable = 'CONFIGCAT_HTTP_API_AUTH_HEADERS';
    const error = refusal({}, { [variable]: '{"X-Other":"hidden","X-Key":""}' });
    expect(error?.message).toContain('http.api.auth_headers');
    expect(error?.message).toContain(variable);
    expect(error?.message).not.toContain('hidden');
  });

  it.each(['cert', 'key'])('is refused as the %s of a certificate, too', (part) => {
    const certificate = { cert: join(directory, 'blank'), key: join(directory, 'blank') };
    const tree = {
      tls: {
        enabled: true,
        certificates: [{ ...certificate, [part]: join(directory, 'empty') }],
      },
    };
    expect(refusal(tree)?.problems).toMatchObject([{ path: 'tls.certificates[0]' }]);
  });
});
