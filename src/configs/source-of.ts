import { AudienceSyncError } from '../error.js';
import type { SdkSource } from '../options/sdk-source.js';
import type { ConfigSource } from './config-source.js';
import { FileSource } from './file-source.js';
import { NoSource } from './no-source.js';

export class UnsupportedSourceError extends AudienceSyncError {
  readonly code = 'unsupported_source';
}

/** The source that an SDK id's options name. */
export function sourceOf(source: SdkSource, logError: (message: string) => void): ConfigSource {
  switch (source.kind) {
    case 'none':
      return new NoSource();
    case 'offline':
      return new FileSource({
        path: source.filePath,
        onError: (error) =>
          logError(
            `${source.filePath} can't be used, so the last good config stays: ` +
              (error instanceof Error ? error.message : String(error)),
          ),
      });
    case 'online':
      throw new UnsupportedSourceError('Configs from ConfigCat are not fetched in this version.');
  }
}
