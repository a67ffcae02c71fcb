import type { Options } from '../options/options.js';

/** Where a change happened, by the names of the event's properties. A segment's is one of a product. */
export interface ChangePlace {
  readonly product_id: string;
  readonly product_name: string;
  readonly config_id?: string;
  readonly config_name?: string;
  readonly environment_id?: string;
  readonly environment_name?: string;
  /** Where people look at it. */
  readonly url: string;
}

/** What the options call the places where flags and segments change. */
export class ChangePlaces {
  constructor(private readonly options: Pick<Options, 'sdks' | 'http' | 'tls'>) {}

  /** Undefined: the options have no such SDK id. */
  ofSdk(sdkId: string): ChangePlace | undefined {
    const sdk = this.options.sdks.get(sdkId);
    if (sdk === undefined) return undefined;
    return {
      product_id: sdk.product,
      product_name: sdk.productName,
      config_id: sdk.configId,
      config_name: sdk.configName,
      environment_id: sdk.environmentId,
      environment_name: sdk.environmentName,
      url: sdk.url ?? this.adminUrl,
    };
  }

  ofProduct(product: string): ChangePlace {
    const sdk = [...this.options.sdks.values()].find((one) => one.product === product);
    return {
      product_id: product,
      product_name: sdk?.productName ?? product,
      url: this.adminUrl,
    };
  }

  private get adminUrl(): string {
    const { http, tls } = this.options;
    const scheme = tls.enabled ? 'https' : 'http';
    const base = http.publicUrl?.replace(/\/$/, '') ?? `${scheme}://localhost:${http.port}`;
    return `${base}/admin/docs`;
  }
}
