import { describe, expect, it } from 'vitest';
import { Binder } from './bind.js';
import { deriveDefaults, type Surroundings } from './derived-defaults.js';
import { Options } from './options.js';
import { Problems } from './problems.js';

const FILE = { cwd: '/srv', optionsFile: '/etc/app/options.yml', dataDirIsVariable: false };

function derive(raw: unknown, around: Partial<Surroundings> = {}): Options {
  const options = new Binder(new Problems()).bind(Options, raw);
  deriveDefaults(options, { ...FILE, ...around });
  return options;
}

describe('what follows from other options', () => {
  it.each([
    [{}, {}, '/etc/app/.data'],
    [{}, { optionsFile: undefined }, '/srv/.data'],
    [{ data_dir: 'x' }, {}, '/etc/app/x'],
    [{ data_dir: 'x' }, { dataDirIsVariable: true }, '/srv/x'],
    [{ data_dir: '/x' }, {}, '/x'],
  ])('the data directory of %j and %j is %s', (raw, around, path) => {
    expect(derive(raw, around).dataDir).toBe(path);
  });

  it('with an options file all interfaces are listened on, else loopback', () => {
    expect(derive({}).http).toMatchObject({ host: undefined, loopbackOnly: false });
    expect(derive({}, { optionsFile: undefined }).http).toMatchObject({ host: '127.0.0.1' });
  });

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['::', false],
    ['127.0.0.1.example', false],
  ])('on %s only this machine is served: %s', (host, loopbackOnly) => {
    expect(derive({ http: { host } }).http.loopbackOnly).toBe(loopbackOnly);
  });

  it('the diagnostics server listens where the main one does, unless it says otherwise', () => {
    expect(derive({ http: { host: '10.0.0.1' } }).diag.host).toBe('10.0.0.1');
    expect(derive({ http: { host: '10.0.0.1' }, diag: { host: '::1' } }).diag.host).toBe('::1');
  });

  it('the parts log at the level of the whole', () => {
    const { http } = derive({ log: { level: 'error' }, http: { log: { level: 'debug' } } });
    expect([http.log.level, http.sse.log.level]).toEqual(['debug', 'error']);
  });

  it('events go out with a write key, and only those wanted', () => {
    const { segment } = derive({ segment: { write_key: 'k', changed: { enabled: false } } });
    expect([segment.evaluated.enabled, segment.changed.enabled]).toEqual([true, false]);
    expect(derive({}).segment.evaluated.enabled).toBe(false);
  });

  it.each([
    [{ key: 'k' }, { kind: 'online', key: 'k' }, false],
    [
      { key: 'k', offline: { enabled: true, local: { file_path: 'a.json' } } },
      { kind: 'offline', filePath: '/srv/a.json' },
      false,
    ],
    [{}, { kind: 'none' }, true],
    [null, { kind: 'none' }, true],
  ])('an SDK with %j has the source %j', (sdk, source, audienceFlags) => {
    expect(derive({ sdks: { a: sdk } }).sdks.get('a')).toMatchObject({ source, audienceFlags });
  });

  it('audience flags can be had beside a config, and left out without one', () => {
    const { sdks } = derive({
      sdks: { a: { key: 'k', audience_flags: true }, b: { audience_flags: false } },
    });
    expect([sdks.get('a')?.audienceFlags, sdks.get('b')?.audienceFlags]).toEqual([true, false]);
  });

  it('names follow ids', () => {
    const { sdks } = derive({ sdks: { a: { product: 'p' }, b: { config_name: 'C' } } });
    expect(sdks.get('a')).toMatchObject({
      productName: 'p',
      configId: 'a',
      configName: 'a',
      environmentId: 'default',
      environmentName: 'default',
    });
    expect(sdks.get('b')).toMatchObject({ product: 'default', configId: 'b', configName: 'C' });
  });

  it("an SDK's own user attributes go over the global ones", () => {
    const raw = {
      default_user_attributes: { x: 'global', y: 'global' },
      sdks: { a: { default_user_attributes: { y: 'own' } } },
    };
    expect(derive(raw).sdks.get('a')?.mergedUserAttributes).toEqual({ x: 'global', y: 'own' });
  });

  it.each([
    [{}, 'Identifier'],
    [{ context_key: 'email_only' }, 'Email'],
    [{ context_kind: 'account' }, 'account'],
    [{ context_kind: 'account', context_key: 'email_only' }, 'Email'],
    [{ context_kind: 'account', attribute: 'Account' }, 'Account'],
  ])('members of a destination with %j are compared with %s', (destination, attribute) => {
    const { engage } = derive({ engage: { destinations: { a: destination } } });
    expect(engage.destinations.get('a')?.attribute).toBe(attribute);
  });
});
