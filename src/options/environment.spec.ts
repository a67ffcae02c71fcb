import { describe, expect, it } from 'vitest';
import { EnvironmentOverlay, type Environment } from './environment.js';
import { Options } from './options.js';
import { Problems } from './problems.js';

function overlay(env: Environment, tree: unknown = {}): { tree: unknown; problems: Problems } {
  const problems = new Problems();
  return { tree: new EnvironmentOverlay(env, problems).apply(Options, tree).tree, problems };
}

describe('the environment', () => {
  it('goes over the file and leaves the rest of it', () => {
    const file = { http: { port: 1, workers: 2 }, log: { level: 'warn' } };
    expect(overlay({ CONFIGCAT_HTTP_PORT: '8080' }, file).tree).toEqual({
      http: { port: '8080', workers: 2 },
      log: { level: 'warn' },
    });
    expect(file.http.port).toBe(1);
  });

  it('counts an empty variable as none', () => {
    expect(overlay({ CONFIGCAT_HTTP_PORT: '' }, { http: { port: 1 } }).tree).toEqual({
      http: { port: 1 },
    });
  });

  it('replaces an SDK of the file whole, and keeps the others', () => {
    const file = { sdks: { a: { key: 'old', poll_interval: 5 }, b: { key: 'b' } } };
    expect(overlay({ CONFIGCAT_SDKS: '{"a":"new","c":"c"}' }, file).tree).toEqual({
      sdks: { a: { key: 'new' }, b: { key: 'b' }, c: { key: 'c' } },
    });
  });

  it('has variables for each SDK, wherever it was named', () => {
    const env = {
      CONFIGCAT_SDKS: '{"my-shop":"k"}',
      CONFIGCAT_MY_SHOP_POLL_INTERVAL: '7',
      CONFIGCAT_B_POLL_INTERVAL: '8',
    };
    expect(overlay(env, { sdks: { b: null } }).tree).toEqual({
      sdks: { b: { poll_interval: '8' }, 'my-shop': { key: 'k', poll_interval: '7' } },
    });
  });

  it('reads mappings and lists as JSON, texts never', () => {
    const env = {
      CONFIGCAT_HTTP_API_HEADERS: '{"X-A":"1"}',
      CONFIGCAT_HTTP_WEBHOOK_AUTH_PASSWORD: '0123',
    };
    expect(overlay(env).tree).toEqual({
      http: { api: { headers: { 'X-A': '1' } }, webhook: { auth: { password: '0123' } } },
    });
  });

  it('says so when CONFIGCAT_SDKS is no JSON, without showing it', () => {
    const { problems } = overlay({ CONFIGCAT_SDKS: 'shop=S3CRET' });
    expect(problems.all()).toEqual([
      { path: 'sdks', message: 'CONFIGCAT_SDKS must be JSON such as {"<id>":"<key>"}' },
    ]);
  });

  it('leaves what is no mapping for the binder to complain of', () => {
    expect(overlay({ CONFIGCAT_HTTP_PORT: '1' }, { http: 'off' }).tree).toEqual({ http: 'off' });
    expect(overlay({ CONFIGCAT_SDKS: '{"a":"k"}' }, ['a']).tree).toEqual(['a']);
  });
});
