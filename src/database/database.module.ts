import { Global, Module, type DynamicModule } from '@nestjs/common';
import { LoopRegistry } from '../loop.js';
import { Options } from '../options/options.js';
import { databaseErrorLog } from './database-log.js';
import { Database, type EntityClass } from './database.js';
import { applicationName } from './embedded/application-name.js';
import { Notifications } from './notifications.js';
import { Revision } from './revision.js';

export interface DatabaseModuleOptions {
  /** With the password: a secret. */
  readonly url: string;
  /** The process that PostgreSQL is told of: that of the primary, where this is a worker. */
  readonly instancePid?: number | undefined;
  /** The tables of all rooms. */
  readonly entities: readonly EntityClass[];
}

/** PostgreSQL: connections, schema, notifications. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot({ url, instancePid, entities }: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Database,
          inject: [Options],
          useFactory: ({ database }: Options) =>
            new Database({
              url,
              poolSize: database.poolSize,
              statementTimeout: database.statementTimeout,
              applicationName: applicationName(instancePid),
              entities,
              onConnectionError: databaseErrorLog('Database'),
            }),
        },
        {
          provide: Notifications,
          inject: [Database, LoopRegistry],
          useFactory: (database: Database, loops: LoopRegistry) =>
            new Notifications(database, databaseErrorLog('Notifications'), loops),
        },
        {
          provide: Revision,
          inject: [Database, Notifications, LoopRegistry],
          useFactory: (database: Database, notifications: Notifications, loops: LoopRegistry) =>
            new Revision(database, notifications, databaseErrorLog('Revision'), loops),
        },
      ],
      exports: [Database, Notifications, Revision],
    };
  }
}
