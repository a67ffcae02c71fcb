import type { ConfigJson } from '../evaluation/config-json.js';
import { UpstreamError } from './upstream.error.js';

const CDNS = {
  global: 'https://cdn-global.configcat.com',
  eu: 'https://cdn-eu.configcat.com',
} as const;

/** `p.r` of a config JSON: the address in `p.u` may be used next time, should be used, must be used. */
const NO_REDIRECT = 0;
const FORCED_REDIRECT = 2;

export interface UpstreamAddressOptions {
  /** Undefined: ConfigCat's CDN. */
  readonly baseUrl: string | undefined;
  readonly dataGovernance: 'global' | 'eu';
}

/**
 * Where an SDK's config is fetched, and where its config sends us, by the rules of ConfigCat's SDKs.
 * Beyond them: the SDK key stands in the URL, so a config may send it only to ConfigCat, or within
 * the server that base_url names.
 */
export class UpstreamAddress {
  private readonly own: URL;
  private readonly isCustom: boolean;
  private base: URL;

  constructor({ baseUrl, dataGovernance }: UpstreamAddressOptions) {
    this.isCustom = baseUrl !== undefined;
    this.own = new URL(baseUrl ?? CDNS[dataGovernance]);
    this.base = this.own;
  }

  urlOf(key: string): string {
    const url = new URL(this.base);
    const path = key.split('/').map(encodeURIComponent).join('/');
    url.pathname = `${placeOf(url)}/configuration-files/${path}/config_v6.json`;
    url.search = '';
    url.hash = '';
    return url.href;
  }

  /**
   * Takes up what a config says of its address.
   * @returns whether it is to be fetched there now.
   * @throws UpstreamError when it must be fetched where the key must not go.
   */
  follow({ p }: ConfigJson): boolean {
    const redirect = p?.r ?? NO_REDIRECT;
    const next = p?.u;
    // An empty one is none, as the SDKs read it.
    if (!next || (this.isCustom && redirect !== FORCED_REDIRECT)) {
      return false;
    }
    const target = URL.canParse(next) ? new URL(next) : undefined;
    if (target !== undefined && isSame(target, this.base)) {
      return false;
    }
    if (target !== undefined && this.allows(target)) {
      this.base = this.withOwnLogin(target);
      return redirect !== NO_REDIRECT;
    }
    if (redirect === NO_REDIRECT) {
      return false;
    }
    throw new UpstreamError(
      'The config is to be fetched from another server, which the SDK key is not sent to: only https ' +
        'addresses of configcat.com, and of the server that base_url names.',
    );
  }

  /** Back to what the options say: where a config once sent us may be gone. */
  reset(): void {
    this.base = this.own;
  }

  private allows(target: URL): boolean {
    const { protocol, hostname, port } = target;
    const isConfigCat = hostname === 'configcat.com' || hostname.endsWith('.configcat.com');
    if (protocol === 'https:' && port === '' && isConfigCat) return true;
    if (!this.isCustom) return false;
    return target.origin === this.own.origin || isSecure(target, this.own.hostname);
  }

  private withOwnLogin(target: URL): URL {
    const url = new URL(target);
    const isOwn = url.hostname === this.own.hostname;
    url.username = isOwn ? this.own.username : '';
    url.password = isOwn ? this.own.password : '';
    return url;
  }
}

function isSecure({ protocol, hostname }: URL, ofHost: string): boolean {
  return protocol === 'https:' && hostname === ofHost;
}

function isSame(one: URL, other: URL): boolean {
  return one.origin === other.origin && placeOf(one) === placeOf(other);
}

function placeOf(url: URL): string {
  return url.pathname.replace(/\/+$/, '');
}
