import { Global, Module } from '@nestjs/common';
import type { LogLevel } from '../options/log.options.js';
import { Options } from '../options/options.js';
import { AccessLog, type LoggedPart } from './access-log.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';
import { Requests } from './requests.js';
import { ServiceLogger } from './service-logger.js';
import { Status } from './status.js';

/** What tells the outside how this process is. */
@Global()
@Module({
  providers: [
    Readiness,
    Status,
    Metrics,
    {
      provide: Requests,
      inject: [Options],
      useFactory: ({ http }: Options) =>
        new Requests(
          new AccessLog({
            http: part(http.log.level, 'Http'),
            sse: part(http.sse.log.level, 'Sse'),
          }),
        ),
    },
  ],
  exports: [Readiness, Status, Metrics, Requests],
})
export class ObservabilityModule {}

function part(level: LogLevel, name: string): LoggedPart {
  const logger = new ServiceLogger(level);
  return { level, sink: { debug: (message) => logger.debug(message, name) } };
}
