import { describe, expect, it } from 'vitest';
import { Problems } from './problems.js';
import { refuseVariables, whyRefused } from './refused-options.js';

function refusedOf(env: Record<string, string>, known: readonly string[] = []): readonly string[] {
  const problems = new Problems();
  refuseVariables(env, { known: new Set(known), sdkIds: ['shop'], problems });
  return problems.all().map((problem) => problem.path);
}

describe('options that only the ConfigCat Proxy has', () => {
  it('say what to use instead', () => {
    expect(whyRefused('cache')).toContain('database.url');
    expect(whyRefused('sdks.*.offline.log')).toContain('log.level');
    expect(whyRefused('http.port')).toBeUndefined();
  });

  it('are refused as variables too', () => {
    expect(
      refusedOf({
        CONFIGCAT_CACHE_REDIS_ENABLED: 'true',
        CONFIGCAT_SHOP_OFFLINE_USE_CACHE: 'true',
        CONFIGCAT_SHOP_LOG_LEVEL: 'debug',
        CONFIGCAT_HTTP_ENABLED: 'true',
      }),
    ).toEqual([
      'CONFIGCAT_CACHE_REDIS_ENABLED',
      'CONFIGCAT_SHOP_OFFLINE_USE_CACHE',
      'CONFIGCAT_SHOP_LOG_LEVEL',
      'CONFIGCAT_HTTP_ENABLED',
    ]);
  });

  it('leave alone what is empty, known or of others', () => {
    const env = {
      CONFIGCAT_GRPC_PORT: '',
      CONFIGCAT_CACHE_BASE_URL: 'https://cdn.example',
      CONFIGCAT_SERVICE_HOST: '10.0.0.1',
      CONFIGCAT_GRPCX: '1',
    };
    expect(refusedOf(env, ['CONFIGCAT_CACHE_BASE_URL'])).toEqual([]);
  });
});
