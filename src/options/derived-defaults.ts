import { dirname, resolve } from 'node:path';
import type { DestinationOptions } from './destination.options.js';
import type { Options } from './options.js';
import type { SdkOptions } from './sdk.options.js';
import type { SdkSource } from './sdk-source.js';

/** What defaults are derived from, beside the options themselves. */
export interface Surroundings {
  readonly cwd: string;
  readonly optionsFile: string | undefined;
  /** True when `data_dir` came from its variable. */
  readonly dataDirIsVariable: boolean;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

function set<T extends object, K extends keyof T & string>(
  owner: T,
  property: K,
  value: T[K],
): void {
  Reflect.set(owner, property, value);
}

function fill<T extends object, K extends keyof T & string>(
  owner: T,
  property: K,
  value: T[K],
): void {
  if (owner[property] === undefined) set(owner, property, value);
}

/** Fills in what follows from other options. Changes the tree, so it runs before it is frozen. */
export function deriveDefaults(options: Options, around: Surroundings): void {
  const { http, diag, log, segment } = options;
  deriveDataDir(options, around);
  fill(http, 'host', around.optionsFile === undefined ? '127.0.0.1' : undefined);
  set(http, 'loopbackOnly', http.host !== undefined && LOOPBACK.test(http.host));
  fill(diag, 'host', http.host);
  fill(http.log, 'level', log.level);
  fill(http.sse.log, 'level', log.level);
  fill(segment.evaluated, 'enabled', segment.writeKey !== undefined);
  fill(segment.changed, 'enabled', segment.writeKey !== undefined);
  for (const certificate of options.tls.certificates) {
    // Undefined after a problem only; then nobody sees this tree.
    set(certificate, 'cert', resolve(around.cwd, certificate.cert ?? ''));
    set(certificate, 'key', resolve(around.cwd, certificate.key ?? ''));
  }
  options.sdks.forEach((sdk, id) => {
    deriveSdk(sdk, id, around.cwd);
    set(sdk, 'mergedUserAttributes', {
      ...options.defaultUserAttributes,
      ...sdk.defaultUserAttributes,
    });
  });
  options.engage.destinations.forEach(deriveDestination);
}

function deriveDataDir(
  options: Options,
  { cwd, optionsFile, dataDirIsVariable }: Surroundings,
): void {
  const beside = optionsFile === undefined || dataDirIsVariable ? cwd : dirname(optionsFile);
  set(options, 'dataDir', resolve(beside, options.dataDir ?? '.data'));
}

function sourceOf({ key, offline }: SdkOptions): SdkSource {
  const { filePath } = offline.local;
  if (offline.enabled && filePath !== undefined) return { kind: 'offline', filePath };
  if (offline.enabled || key === undefined) return { kind: 'none' };
  return { kind: 'online', key };
}

function deriveSdk(sdk: SdkOptions, id: string, cwd: string): void {
  const { local } = sdk.offline;
  if (local.filePath !== undefined) set(local, 'filePath', resolve(cwd, local.filePath));
  set(sdk, 'source', sourceOf(sdk));
  fill(sdk, 'productName', sdk.product);
  fill(sdk, 'configId', id);
  fill(sdk, 'configName', sdk.configId);
  fill(sdk, 'environmentName', sdk.environmentId);
  fill(sdk, 'audienceFlags', sdk.source.kind === 'none');
}

/** `contracts/engage.md` §4, the last paragraph. */
function deriveDestination(destination: DestinationOptions): void {
  const { contextKey, contextKind } = destination;
  const byKind = contextKind === 'user' ? 'Identifier' : contextKind;
  fill(destination, 'attribute', contextKey === 'email_only' ? 'Email' : byKind);
}
