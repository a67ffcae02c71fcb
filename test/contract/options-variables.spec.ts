import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EnvironmentOverlay } from '../../src/options/environment.js';
import { loadOptions } from '../../src/options/load-options.js';
import { Options } from '../../src/options/options.js';
import { Problems } from '../../src/options/problems.js';

const KEY = `${'a'.repeat(22)}/${'b'.repeat(22)}`;

function load(yaml: string, env: NodeJS.ProcessEnv = {}): Options {
  const cwd = mkdtempSync(join(tmpdir(), 'contract-options-'));
  writeFileSync(join(cwd, 'options.yml'), yaml);
  return loadOptions({ argv: [], env, cwd }).options;
}

type Case = readonly [
  variable: string,
  value: string,
  read: (options: Options) => unknown,
  expected: unknown,
];

const sdk = (options: Options) => options.sdks.get('my-sdk');

const GROUPS = [
  ['CDN_PROXY', (options: Options) => options.http.cdnProxy],
  ['API', (options: Options) => options.http.api],
  ['SSE', (options: Options) => options.http.sse],
  ['OFREP', (options: Options) => options.http.ofrep],
] as const;

const CASES: readonly Case[] = [
  [
    'CONFIGCAT_MY_SDK_BASE_URL',
    'https://cdn.example',
    (o) => sdk(o)?.baseUrl,
    'https://cdn.example',
  ],
  ['CONFIGCAT_MY_SDK_POLL_INTERVAL', '30', (o) => sdk(o)?.pollInterval, 30],
  ['CONFIGCAT_MY_SDK_DATA_GOVERNANCE', 'eu', (o) => sdk(o)?.dataGovernance, 'eu'],
  ['CONFIGCAT_MY_SDK_WEBHOOK_SIGNING_KEY', 'k', (o) => sdk(o)?.webhookSigningKey, 'k'],
  [
    'CONFIGCAT_MY_SDK_WEBHOOK_SIGNATURE_VALID_FOR',
    '60',
    (o) => sdk(o)?.webhookSignatureValidFor,
    60,
  ],
  [
    'CONFIGCAT_MY_SDK_DEFAULT_USER_ATTRIBUTES',
    '{"a":1}',
    (o) => sdk(o)?.defaultUserAttributes,
    { a: 1 },
  ],
  [
    'CONFIGCAT_DEFAULT_USER_ATTRIBUTES',
    '{"a":["b"]}',
    (o) => o.defaultUserAttributes,
    { a: ['b'] },
  ],
  ['CONFIGCAT_MY_SDK_OFFLINE_ENABLED', '0', (o) => sdk(o)?.offline.enabled, false],
  [
    'CONFIGCAT_MY_SDK_OFFLINE_LOCAL_FILE_PATH',
    '/a.json',
    (o) => sdk(o)?.offline.local.filePath,
    '/a.json',
  ],
  ['CONFIGCAT_MY_SDK_OFFLINE_LOCAL_POLLING', 'true', (o) => sdk(o)?.offline.local.polling, true],
  [
    'CONFIGCAT_MY_SDK_OFFLINE_LOCAL_POLL_INTERVAL',
    '9',
    (o) => sdk(o)?.offline.local.pollInterval,
    9,
  ],
  ['CONFIGCAT_HTTP_PORT', '80', (o) => o.http.port, 80],
  ['CONFIGCAT_HTTP_STATUS_ENABLED', 'true', (o) => o.http.status.enabled, true],
  ...GROUPS.flatMap(([name, group]): readonly Case[] => [
    [`CONFIGCAT_HTTP_${name}_ENABLED`, 'false', (o) => group(o).enabled, false],
    [`CONFIGCAT_HTTP_${name}_HEADERS`, '{"X-A":"b"}', (o) => group(o).headers, { 'X-A': 'b' }],
    [`CONFIGCAT_HTTP_${name}_CORS_ENABLED`, 'false', (o) => group(o).cors.enabled, false],
    [
      `CONFIGCAT_HTTP_${name}_CORS_ALLOWED_ORIGINS`,
      '["a"]',
      (o) => group(o).cors.allowedOrigins,
      ['a'],
    ],
    [
      `CONFIGCAT_HTTP_${name}_CORS_ALLOWED_ORIGINS_REGEX_PATTERNS`,
      '["a.*"]',
      (o) => group(o).cors.allowedOriginsRegex.patterns,
      ['a.*'],
    ],
    [
      `CONFIGCAT_HTTP_${name}_CORS_ALLOWED_ORIGINS_REGEX_IF_NO_MATCH`,
      'b',
      (o) => group(o).cors.allowedOriginsRegex.ifNoMatch,
      'b',
    ],
  ]),
  ['CONFIGCAT_HTTP_WEBHOOK_ENABLED', 'false', (o) => o.http.webhook.enabled, false],
  ['CONFIGCAT_HTTP_API_AUTH_HEADERS', '{"X-A":"b"}', (o) => o.http.api.authHeaders, { 'X-A': 'b' }],
  [
    'CONFIGCAT_HTTP_OFREP_AUTH_HEADERS',
    '{"X-A":"b"}',
    (o) => o.http.ofrep.authHeaders,
    { 'X-A': 'b' },
  ],
  [
    'CONFIGCAT_HTTP_WEBHOOK_AUTH_HEADERS',
    '{"X-A":"b"}',
    (o) => o.http.webhook.authHeaders,
    { 'X-A': 'b' },
  ],
  ['CONFIGCAT_HTTP_WEBHOOK_AUTH_USER', 'u', (o) => o.http.webhook.auth.user, 'u'],
  ['CONFIGCAT_HTTP_WEBHOOK_AUTH_PASSWORD', '0123', (o) => o.http.webhook.auth.password, '0123'],
  ['CONFIGCAT_TLS_ENABLED', 'false', (o) => o.tls.enabled, false],
  ['CONFIGCAT_TLS_MIN_VERSION', '1.3', (o) => o.tls.minVersion, 'TLSv1.3'],
  [
    'CONFIGCAT_TLS_CERTIFICATES',
    '[{"cert":"/c","key":"/k"}]',
    (o) => o.tls.certificates.map(({ cert, key }) => [cert, key]),
    [['/c', '/k']],
  ],
  ['CONFIGCAT_HTTP_PROXY_URL', 'http://proxy:3128', (o) => o.httpProxy.url, 'http://proxy:3128'],
  ['CONFIGCAT_DIAG_ENABLED', 'false', (o) => o.diag.enabled, false],
  ['CONFIGCAT_DIAG_PORT', '81', (o) => o.diag.port, 81],
  ['CONFIGCAT_DIAG_STATUS_ENABLED', 'false', (o) => o.diag.status.enabled, false],
  ['CONFIGCAT_DIAG_METRICS_ENABLED', 'false', (o) => o.diag.metrics.enabled, false],
  ['CONFIGCAT_LOG_LEVEL', 'warn', (o) => o.log.level, 'warn'],
  ['CONFIGCAT_HTTP_LOG_LEVEL', 'error', (o) => o.http.log.level, 'error'],
  ['CONFIGCAT_HTTP_SSE_LOG_LEVEL', 'debug', (o) => o.http.sse.log.level, 'debug'],
  ['DATABASE_URL', 'postgres://u@h/d', (o) => o.database.url, 'postgres://u@h/d'],
  ['AUDIENCE_SYNC_DATA_DIR', '/data', (o) => o.dataDir, '/data'],
  ['AUDIENCE_SYNC_HTTP_HOST', '10.0.0.1', (o) => o.http.host, '10.0.0.1'],
  ['AUDIENCE_SYNC_HTTP_WORKERS', '4', (o) => o.http.workers, 4],
  ['SEGMENT_WRITE_KEY', 'w', (o) => o.segment.writeKey, 'w'],
];

describe('the variables of the contract', () => {
  const env = {
    ...Object.fromEntries(CASES.map(([variable, value]) => [variable, value])),
    CONFIGCAT_SDKS: JSON.stringify({ 'my-sdk': KEY }),
  };
  const options = load('log:\n  level: debug\n', env);

  it.each(CASES)('%s is read', (_variable, _value, read, expected) => {
    expect(read(options)).toEqual(expected);
  });

  it('are all there are', () => {
    const tree = { sdks: { 'my-sdk': {} } };
    const { known } = new EnvironmentOverlay({}, new Problems()).apply(Options, tree);
    expect([...known].toSorted()).toEqual(Object.keys(env).toSorted());
  });
});
