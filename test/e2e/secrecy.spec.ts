import { beforeAll, expect, it, vi } from 'vitest';
import { deletion, identify } from '../support/builders.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { sendTo, sign, TestBed, type Sending } from '../support/test-bed.js';

const SECRETS = {
  token: 'token-4f1d',
  sharedSecret: 'shared-secret-77aa',
  sdkKey: 'sdk-key-1234567890abc/sdk-key-1234567890xyz',
  onlineKey: 'configcat-sdk-1/onlineKey7777777777777/onlineKey8888888888888',
  signingKey: 'configcat_whsk_signing-key-5150',
  webhookPassword: 'webhook-password-31aa',
  writeKey: 'write-key-2b2b',
  serviceToken: 'service-token-8d8d',
  authHeader: 'auth-header-90ee',
  member: 'member-c0ffee',
  email: 'somebody-c0ffee@example.com',
};
const written: string[] = [];

/** The run restores what is mocked before each test, so it is asked for twice. */
function captureOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
  }
}

beforeAll(captureOutput);

const bed = new TestBed({
  log: { level: 'debug' },
  http: {
    port: 0,
    host: '127.0.0.1',
    status: { enabled: true },
    log: { level: 'debug' },
    sse: { log: { level: 'debug' } },
    api: { auth_headers: { 'X-Api-Key': SECRETS.authHeader } },
    webhook: { auth: { user: 'hook', password: SECRETS.webhookPassword } },
  },
  diag: { port: 0 },
  sdks: {
    default: {},
    keyed: {
      key: SECRETS.sdkKey,
      offline: { enabled: true, local: { file_path: '/nowhere.json' } },
    },
    // Nobody listens there.
    online: {
      key: SECRETS.onlineKey,
      base_url: 'http://127.0.0.1:1',
      webhook_signing_key: SECRETS.signingKey,
    },
  },
  engage: {
    destinations: {
      dest: {
        token: SECRETS.token,
        shared_secrets: [SECRETS.sharedSecret],
        write_keys: [SECRETS.writeKey],
        client_side_id: 'dest-environment',
        service_token: SECRETS.serviceToken,
      },
    },
  },
});

async function send(event: object, sending: Sending = {}): Promise<HttpAnswer> {
  const body = JSON.stringify({ ...event, traits: { email: SECRETS.email, power_users: true } });
  const headers = {
    authorization: `Bearer ${SECRETS.token}`,
    'x-signature': sign(body, SECRETS.sharedSecret),
    ...sending.headers,
  };
  return sendTo(bed.base, body, { ...sending, headers });
}

it('No log, metric or error shows a secret, an SDK key or a member', async () => {
  captureOutput();
  const answers: HttpAnswer[] = [];
  const event = identify({ userId: SECRETS.member });
  answers.push(await send(event), await send(deletion(SECRETS.member)));
  answers.push(await send(event, { headers: { 'x-signature': 'wrong' } }));
  answers.push(await send(event, { headers: { authorization: `Bearer ${SECRETS.token}!` } }));
  answers.push(
    await send(event, { route: 'audiences' }),
    await send(event, { route: 'audiences/lookup' }),
  );
  answers.push(
    await sendTo(bed.base, `no JSON ${SECRETS.member}`, {
      headers: { authorization: `Bearer ${SECRETS.token}` },
    }),
  );
  answers.push(await send({ ...event, userId: `${SECRETS.member}\0` }));
  // A failure whose details name the row.
  await bed.rows.query(`alter table membership add check (member_key not like 'member%')`);
  answers.push(
    await send({ ...event, timestamp: '2025-01-01T00:00:00Z', originalTimestamp: undefined }),
  );
  expect(answers.at(-1)?.status).toBe(500);
  const evaluation = JSON.stringify({ key: 'no', user: { Identifier: SECRETS.member, a: [1] } });
  for (const headers of [{ 'x-api-key': SECRETS.authHeader }, { 'x-api-key': 'wrong' }]) {
    for (const sdkId of ['default', 'keyed']) {
      const url = `${bed.base}/api/${sdkId}/eval`;
      answers.push(await request(url, { method: 'POST', body: evaluation, headers }));
    }
  }
  const data = Buffer.from(evaluation).toString('base64url');
  answers.push(await request(`${bed.base}/sse/default/eval/${data}`));
  answers.push(await request(`${bed.base}/configuration-files/configcat-proxy/default`));
  answers.push(await request(`${bed.base}/configuration-files/${SECRETS.sdkKey}/config_v6.json`));
  for (const route of ['dest/unheard', '%E0%A4%A/events']) {
    const url = `${bed.base}/engage/${route}?token=${SECRETS.token}`;
    answers.push(await request(url, { method: 'POST', body: '{}' }));
  }
  const question = { key: 'no', user: { Identifier: SECRETS.member }, sdkKey: SECRETS.sdkKey };
  const secretData = Buffer.from(JSON.stringify(question)).toString('base64url');
  answers.push(await request(`${bed.base}/sse/eval/k/${secretData}`));
  const byKey = { 'x-configcat-sdkkey': SECRETS.onlineKey, 'x-api-key': SECRETS.authHeader };
  for (const path of ['/api/eval', '/api/refresh', '/ofrep/v1/evaluate/flags/no']) {
    answers.push(
      await request(bed.base + path, { method: 'POST', headers: byKey, body: evaluation }),
    );
  }
  answers.push(
    await request(`${bed.base}/configuration-files/${SECRETS.onlineKey}/config_v6.json`),
  );
  for (const password of [SECRETS.webhookPassword, 'wrong']) {
    const authorization = `Basic ${Buffer.from(`hook:${password}`).toString('base64')}`;
    answers.push(await request(`${bed.base}/hook/online`, { headers: { authorization } }));
  }
  const basic = Buffer.from(`${SECRETS.writeKey}:`).toString('base64');
  answers.push(
    await request(`${bed.base}/v1/identify`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: JSON.stringify(event),
    }),
    await request(`${bed.base}/api/v2/segment-targets/segment`, {
      method: 'POST',
      headers: { authorization: SECRETS.serviceToken },
      body: JSON.stringify({ member: SECRETS.member }),
    }),
  );
  // What was answered is told of at debug, and counted.
  for (const path of ['status', 'metrics', 'readyz']) {
    answers.push(await request(`${bed.diagnostics}/${path}`));
  }
  answers.push(await request(`${bed.base}/status`));
  expect(answers.some(({ text }) => text.includes('*****'))).toBe(true);
  expect(written.join('')).toMatch(/\[Http\] POST \/api\/\{sdkId\}\/eval 400 \d+\.\d ms/);
  expect(written.join('')).toMatch(/\[Sse\] GET \/sse\/eval\/k\/\{data\.\.\.\} \d{3} /);
  const told = [...written, ...answers.map(({ text }) => text)].join('\n');
  expect(written.join('')).toContain("Refused events of destination 'dest'");
  const hidden = [...Object.values(SECRETS), secretData, data, basic];
  for (const secret of hidden) expect(told).not.toContain(secret);
});
