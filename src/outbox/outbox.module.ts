import { Module } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Options } from '../options/options.js';
import { ChangePlaces } from './change-places.js';
import { OutboxDrain } from './outbox-drain.js';
import { Outbox } from './outbox.js';

/** Changes of flags and segments on their way to Segment. */
@Module({
  providers: [
    {
      provide: Outbox,
      inject: [Options],
      useFactory: ({ segment }: Options) => new Outbox(segment.changed.enabled),
    },
    {
      provide: OutboxDrain,
      inject: [Database],
      useFactory: (database: Database) => new OutboxDrain(database),
    },
    {
      provide: ChangePlaces,
      inject: [Options],
      useFactory: (options: Options) => new ChangePlaces(options),
    },
  ],
  exports: [Outbox, OutboxDrain, ChangePlaces],
})
export class OutboxModule {}
