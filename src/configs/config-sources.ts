import { Logger } from '@nestjs/common';
import { databaseErrorLog } from '../database/database-log.js';
import { DatabaseUnavailableError } from '../database/database.js';
import { isUnavailable } from '../database/sql-state.js';
import type { LoopRegistry } from '../loop.js';
import { ErrorLog } from '../observability/error-log.js';
import type { SdkOptions } from '../options/sdk.options.js';
import type { ConfigSource } from './config-source.js';
import { FileSource } from './file-source.js';
import { NoSource } from './no-source.js';
import { OnlineSource } from './online-source.js';
import type { PollingLock } from './polling-lock.js';
import { sourceName } from './source-name.js';
import type { StoredConfigs } from './stored-configs.js';
import { Upstream } from './upstream.js';

export interface ConfigSourcesParts {
  readonly stored: StoredConfigs;
  readonly lock: PollingLock;
  readonly loops: LoopRegistry;
  /** The HTTP proxy on the way to ConfigCat. */
  readonly proxyUrl: string | undefined;
}

/** Makes the sources of SDK ids. */
export class ConfigSources {
  constructor(private readonly parts: ConfigSourcesParts) {}

  /** The source that an SDK id's options name. */
  of(sdkId: string, sdk: SdkOptions): ConfigSource {
    const source = sourceName(sdk.source, sdk.baseUrl);
    if (sdk.source.kind === 'none' || source === undefined) {
      return new NoSource();
    }
    const logger = new Logger(`Config ${sdkId}`);
    const parts = {
      ...this.parts,
      log: {
        failure: new ErrorLog(logger, String).report,
        event: (message: string) => logger.warn(message),
      },
      onDatabaseError: unlessAway(databaseErrorLog(`Config ${sdkId}`)),
    };
    if (sdk.source.kind === 'offline') {
      const { polling, pollInterval } = sdk.offline.local;
      const interval = polling ? pollInterval * 1_000 : undefined;
      const path = sdk.source.filePath;
      return new FileSource({ sdkId, source, path, pollInterval: interval }, parts);
    }
    const { baseUrl, dataGovernance } = sdk;
    const { key } = sdk.source;
    const { proxyUrl } = this.parts;
    return new OnlineSource(
      { sdkId, source, interval: sdk.pollInterval * 1_000 },
      { ...parts, upstream: new Upstream({ key, baseUrl, dataGovernance, proxyUrl }) },
    );
  }
}

/** That PostgreSQL is away is told by those that wait for it. */
function unlessAway(report: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!isUnavailable(error) && !(error instanceof DatabaseUnavailableError)) report(error);
  };
}
