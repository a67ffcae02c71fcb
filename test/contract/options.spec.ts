import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadOptions } from '../../src/options/load-options.js';
import { OptionsError } from '../../src/options/options.error.js';
import type { Options } from '../../src/options/options.js';

function load(yaml: string, env: NodeJS.ProcessEnv = {}): Options {
  const cwd = mkdtempSync(join(tmpdir(), 'contract-options-'));
  writeFileSync(join(cwd, 'options.yml'), yaml);
  return loadOptions({ argv: [], env, cwd }).options;
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof OptionsError) return error.message;
    throw error;
  }
  throw new Error('expected an OptionsError');
}

describe('the defaults of the contract', () => {
  const options = load('sdks: { a: }\nengage: { destinations: { d: { token: t } } }\n');

  it('are those of the proxy', () => {
    expect(options.sdks.get('a')).toMatchObject({
      pollInterval: 60,
      dataGovernance: 'global',
      webhookSignatureValidFor: 300,
      offline: { enabled: false, local: { polling: false, pollInterval: 5 } },
    });
    expect(options.http).toMatchObject({ port: 8_050, status: { enabled: false } });
    for (const group of [
      options.http.cdnProxy,
      options.http.api,
      options.http.sse,
      options.http.ofrep,
    ]) {
      expect(group).toMatchObject({ enabled: true, headers: {}, cors: { enabled: true } });
    }
    expect(options.http.webhook).toMatchObject({ enabled: true, authHeaders: {} });
    expect(options.tls).toMatchObject({ enabled: false, minVersion: 'TLSv1.2', certificates: [] });
    expect(options.diag).toMatchObject({
      enabled: true,
      port: 8_051,
      status: { enabled: true },
      metrics: { enabled: true },
    });
    expect(options.log.level).toBe('info');
  });

  it('are ours, in milliseconds and bytes', () => {
    expect(options.database).toMatchObject({ poolSize: 10, statementTimeout: 30_000 });
    expect(options.http).toMatchObject({ workers: 1, maxBodySize: 8 * 1024 * 1024 });
    expect(options.http.sse).toMatchObject({
      maxConnections: 50_000,
      maxConnectionsPerIp: 0,
      heartBeatInterval: 15_000,
    });
    const day = 86_400_000;
    expect(options.engage).toMatchObject({
      tombstonesFor: 30 * day,
      rejectedFor: 7 * day,
      rejectedMax: 100_000,
      changesFor: 90 * day,
      quietAfter: 7 * day,
      maxAudiences: 10_000,
      flush: { rows: 2_000, bytes: 4 * 1024 * 1024, delay: 5 },
      queue: { rows: 100_000, bytes: 64 * 1024 * 1024 },
    });
    expect(options.engage.destinations.get('d')).toMatchObject({
      tokens: ['t'],
      products: ['default'],
      contextKind: 'user',
      contextKey: 'user_id_only',
      attribute: 'Identifier',
      membership: 'strict',
      groupEvents: 'ignore',
      journeySteps: 'reject',
      autoCreateSegments: true,
      overlaySegments: false,
      deletes: 'own',
    });
    expect(options.segments).toMatchObject({
      delivery: 'auto',
      inlineLimit: 15_000,
      inlineTotal: 30_000,
      membershipAttribute: 'audiences',
    });
    expect(options.segment).toMatchObject({
      evaluated: { enabled: false, sampleRate: 1, repeatAfter: 3_600_000, anonymous: 'random' },
      changed: { enabled: false },
    });
    expect(options.admin.tokens).toEqual([]);
  });
});

const REFUSED = [
  'cache: { redis: { enabled: true } }',
  'grpc: { enabled: false }',
  'profile: { key: a }',
  'offline: { enabled: true }',
  'sdks: { a: { offline: { use_cache: true } } }',
  'sdks: { a: { offline: { cache_poll_interval: 5 } } }',
  'sdks: { a: { offline: { log: { level: debug } } } }',
  'http: { enabled: true }',
  'tls: { server_name: a }',
  'diag: { service_name: a }',
  'diag: { metrics: { otlp: { enabled: true } } }',
  'diag: { traces: { enabled: true } }',
];

describe('options of the proxy that are not here', () => {
  it.each(REFUSED)('%s is refused', (yaml) => {
    expect(messageOf(() => load(yaml))).toContain('that this service does not have; ');
  });
});

describe('promise 9: no error shows a secret', () => {
  it('whatever is wrong with it', () => {
    const yaml = [
      'sdks:',
      '  a: { key: S3CRET, webhook_signing_key: [S3CRET], base_url: S3CRET }',
      '  b: { key: S3CRET }',
      '  S3CRET/S3CRET: {}',
      'database: { url: S3CRET }',
      'http_proxy: { url: "S3CRET:8080" }',
      'http:',
      '  api: { auth_headers: { X-A: [S3CRET] } }',
      '  ofrep: { auth_headers: S3CRET }',
      '  webhook: { auth: { password: S3CRET } }',
      'engage:',
      '  destinations:',
      '    c: { token: { x: S3CRET }, shared_secrets: [[S3CRET]] }',
      '    d: { write_keys: [S3CRET] }',
      '    e: { write_keys: [S3CRET] }',
      'segment: { host: S3CRET }',
      'admin:',
      '  tokens:',
      '    - { name: f, token: S3CRET, email: S3CRET }',
      '    - { name: g, token: S3CRET, role: S3CRET }',
    ].join('\n');
    const env = { CONFIGCAT_TLS_CERTIFICATES: 'S3CRET', CONFIGCAT_HTTP_API_HEADERS: 'S3CRET' };
    const message = messageOf(() => load(yaml, env));

    expect(message.split('\n').length).toBeGreaterThan(18);
    expect(message).not.toContain('S3CRET');
  });
});
