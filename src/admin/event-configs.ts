import type { Configs } from '../configs/configs.js';

/** Notices which SDK ids are served another config than at the last look. */
export class EventConfigs {
  private readonly etags = new Map<string, string>();

  constructor(private readonly configs: Pick<Configs, 'all'>) {}

  /** Those that are others now; the first look answers those that are served at all. */
  look(): readonly { readonly sdkId: string; readonly etag: string }[] {
    const changed: { sdkId: string; etag: string }[] = [];
    for (const { options, served } of this.configs.all) {
      if (served === undefined || this.etags.get(options.id) === served.etag) continue;
      this.etags.set(options.id, served.etag);
      changed.push({ sdkId: options.id, etag: served.etag });
    }
    return changed;
  }
}
