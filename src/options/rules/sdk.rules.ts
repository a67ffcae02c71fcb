import type { Problems } from '../problems.js';
import type { SdkOptions } from '../sdk.options.js';
import { Unique } from './unique.js';

// The forms that ConfigCat's own SDKs take (`contracts/proxy.md` §2).
const KEY = /^(configcat-sdk-1\/)?[^/]{22}\/[^/]{22}$/;
const PROXY_KEY = /^configcat-proxy\/.+$/;

/** Keys of one SDK only, of a right form where they go to ConfigCat; a file where one is read. */
export function checkSdks(sdks: ReadonlyMap<string, SdkOptions>, problems: Problems): void {
  const keys = new Unique(problems, 'key');
  for (const [id, sdk] of sdks) {
    const owner = `sdks.${id}`;
    const path = `${owner}.key`;
    if (sdk.key !== undefined) keys.check(sdk.key, { path, owner });
    checkKeyForm(sdk, path, problems);
    checkOffline(sdk, `${owner}.offline.local.file_path`, problems);
  }
}

function checkKeyForm({ source, baseUrl }: SdkOptions, path: string, problems: Problems): void {
  // Offline a key is only a name to ask by, so it may have any form.
  if (source.kind !== 'online' || KEY.test(source.key)) return;
  if (baseUrl !== undefined && PROXY_KEY.test(source.key)) return;
  problems.add(
    path,
    'does not have the form of an SDK key: two texts of 22 characters with `/` between, configcat-sdk-1/ before them in new ones (or configcat-proxy/<id> with a base_url)',
  );
}

function checkOffline({ offline }: SdkOptions, path: string, problems: Problems): void {
  if (offline.enabled && offline.local.filePath === undefined && !problems.has(path)) {
    problems.add(path, 'is needed with offline.enabled');
  }
}
