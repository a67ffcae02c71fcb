import { describe, expect, it } from 'vitest';
import { EnvironmentOverlay, type Environment } from './environment.js';
import { Options } from './options.js';
import { Problems } from './problems.js';
import { suspiciousVariables } from './suspicious-variables.js';

function warnings(env: Environment, tree: unknown = {}): readonly string[] {
  const overlaid = new EnvironmentOverlay(env, new Problems()).apply(Options, tree);
  return suspiciousVariables(env, overlaid);
}

describe('a variable', () => {
  it.each([
    ['CONFIGCAT_HTTP_PROT', 'CONFIGCAT_HTTP_PORT'],
    ['CONFIGCAT_LOG_LEVL', 'CONFIGCAT_LOG_LEVEL'],
    ['AUDIENCE_SYNC_DATADIR', 'AUDIENCE_SYNC_DATA_DIR'],
    ['CONFIGCAT_SHOPP_BASE_URL', 'CONFIGCAT_SHOP_BASE_URL'],
  ])('that is mistyped (%s) is told of with the nearest, never with its value', (name, nearest) => {
    expect(warnings({ [name]: 'S3CRET' }, { sdks: { shop: {} } })).toEqual([
      `The variable ${name} sets nothing; the nearest that does is ${nearest}.`,
    ]);
  });

  it('that means something, is empty, or is not ours to judge is not told of', () => {
    const env = {
      CONFIGCAT_HTTP_PORT: '1',
      CONFIGCAT_SDKS: '{}',
      CONFIGCAT_HTTP_PROT: '',
      AUDIENCE_SYNC_TOKEN: 't',
      CONFIGCAT_PROXY_SERVICE_HOST: '10.0.0.1',
      CONFIGCAT_PROXY_SERVICE_PORT_HTTP: '8050',
      CONFIGCAT_PROXY_PORT: 'tcp://10.0.0.1:8050',
      CONFIGCAT_PROXY_PORT_8050_TCP_ADDR: '10.0.0.1',
      HTTP_PROXY: 'x',
    };
    expect(warnings(env)).toEqual([]);
  });

  it('that two ids share is told of once for the two', () => {
    expect(warnings({}, { sdks: { 'a-b': {}, a_b: {}, c: {} } })).toEqual([
      'sdks.a-b and sdks.a_b are both set by CONFIGCAT_A_B_BASE_URL: choose another id for one.',
    ]);
  });

  it('is none of an id that may be a key, which its name would show', () => {
    const sdks = { 'S3CRET/S3CRET': {}, shop: {} };
    expect(warnings({ CONFIGCAT_S3CRET_BASE_URL: 'x' }, { sdks })).toEqual([
      expect.stringContaining('the nearest that does is CONFIGCAT_SHOP_BASE_URL'),
    ]);
  });
});
