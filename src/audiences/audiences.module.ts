import { Logger, Module } from '@nestjs/common';
import { databaseErrorLog } from '../database/database-log.js';
import { Database } from '../database/database.js';
import { Notifications } from '../database/notifications.js';
import { LoopRegistry } from '../loop.js';
import { Options } from '../options/options.js';
import { AudienceActivity } from './audience-activity.js';
import { AudienceDeletion } from './audience-deletion.js';
import { AudienceDirectory } from './audience-directory.js';
import { AudienceStore } from './audience-store.js';
import { ChangeHistory } from './change-history.js';
import { ChangePages } from './change-pages.js';
import { Feed } from './feed.js';
import { HistoryErasure } from './history-erasure.js';
import { ImportHousekeeping } from './import-housekeeping.js';
import { MemberEraser } from './member-eraser.js';
import { MemberImport } from './member-import.js';
import { MemberLists } from './member-lists.js';
import { MemberPages } from './member-pages.js';
import { MembershipStore } from './membership-store.js';
import { NumberingWatch } from './numbering-watch.js';
import { QuietAudiences } from './quiet-audiences.js';
import { TombstonePurge } from './tombstone-purge.js';

/** Who is in which audience, in PostgreSQL and in memory. */
@Module({
  providers: [
    {
      provide: AudienceStore,
      inject: [Options],
      useFactory: ({ engage }: Options) => new AudienceStore({ maxAudiences: engage.maxAudiences }),
    },
    {
      provide: AudienceActivity,
      inject: [Database, LoopRegistry],
      useFactory: (database: Database, loops: LoopRegistry) =>
        new AudienceActivity(database, databaseErrorLog('AudienceActivity'), loops),
    },
    {
      provide: Feed,
      inject: [Database, Notifications, LoopRegistry],
      useFactory: (database: Database, notifications: Notifications, loops: LoopRegistry) =>
        new Feed(database, notifications, databaseErrorLog('Feed'), undefined, loops),
    },
    {
      provide: MemberLists,
      inject: [Database, Feed],
      useFactory: (database: Database, feed: Feed) => new MemberLists(database, feed),
    },
    {
      provide: NumberingWatch,
      inject: [Database, LoopRegistry],
      useFactory: (database: Database, loops: LoopRegistry) => {
        const logger = new Logger('NumberingWatch');
        return new NumberingWatch(database, {
          warn: (message) => logger.warn(message),
          onError: databaseErrorLog('NumberingWatch'),
          loops,
        });
      },
    },
    {
      provide: QuietAudiences,
      inject: [Database, Options, LoopRegistry],
      useFactory: (database: Database, { engage }: Options, loops: LoopRegistry) => {
        const logger = new Logger('QuietAudiences');
        return new QuietAudiences(database, engage.quietAfter, {
          warn: (message) => logger.warn(message),
          log: (message) => logger.log(message),
          onError: databaseErrorLog('QuietAudiences'),
          loops,
        });
      },
    },
    {
      provide: MembershipStore,
      inject: [Database],
      useFactory: (database: Database) => new MembershipStore(database),
    },
    {
      provide: MemberImport,
      inject: [Database, MembershipStore],
      useFactory: (database: Database, store: MembershipStore) => new MemberImport(database, store),
    },
    {
      provide: ImportHousekeeping,
      inject: [Database],
      useFactory: (database: Database) => new ImportHousekeeping(database),
    },
    {
      provide: HistoryErasure,
      inject: [Database, LoopRegistry],
      useFactory: (database: Database, loops: LoopRegistry) =>
        new HistoryErasure(database, { onError: databaseErrorLog('HistoryErasure'), loops }),
    },
    {
      provide: MemberEraser,
      inject: [Database, HistoryErasure],
      useFactory: (database: Database, history: HistoryErasure) =>
        new MemberEraser(database, () => history.wake()),
    },
    {
      provide: AudienceDirectory,
      inject: [Database, Feed, QuietAudiences],
      useFactory: (database: Database, feed: Feed, quiet: QuietAudiences) =>
        new AudienceDirectory(database, {
          count: (audienceId) => feed.index?.count(audienceId),
          quiet: () => quiet.all.map(({ id }) => id),
        }),
    },
    {
      provide: AudienceDeletion,
      inject: [Database],
      useFactory: (database: Database) => new AudienceDeletion(database),
    },
    {
      provide: MemberPages,
      inject: [Database],
      useFactory: (database: Database) => new MemberPages(database),
    },
    {
      provide: ChangePages,
      inject: [Database],
      useFactory: (database: Database) => new ChangePages(database),
    },
    {
      provide: TombstonePurge,
      inject: [Database, Options],
      useFactory: (database: Database, { engage }: Options) =>
        new TombstonePurge(database, engage.tombstonesFor),
    },
    {
      provide: ChangeHistory,
      inject: [Database, Options],
      useFactory: (database: Database, { engage }: Options) =>
        new ChangeHistory(database, engage.changesFor),
    },
  ],
  exports: [
    AudienceStore,
    AudienceActivity,
    AudienceDirectory,
    AudienceDeletion,
    MemberPages,
    ChangePages,
    Feed,
    MemberLists,
    MembershipStore,
    NumberingWatch,
    QuietAudiences,
    MemberImport,
    ImportHousekeeping,
    HistoryErasure,
    MemberEraser,
    TombstonePurge,
    ChangeHistory,
  ],
})
export class AudiencesModule {}
