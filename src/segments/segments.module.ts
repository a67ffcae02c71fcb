import { Module } from '@nestjs/common';
import { AudienceStore } from '../audiences/audience-store.js';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Database } from '../database/database.js';
import { Options } from '../options/options.js';
import { ChangePlaces } from '../outbox/change-places.js';
import { OutboxModule } from '../outbox/outbox.module.js';
import { Outbox } from '../outbox/outbox.js';
import { DefinitionStore } from './definitions.js';
import { SegmentChanges } from './segment-changes.js';
import { SegmentEditor } from './segment-editor.js';
import { SegmentStore } from './segment-store.js';

/** Named conditions of products. */
@Module({
  imports: [AudiencesModule, OutboxModule],
  providers: [
    SegmentStore,
    {
      provide: DefinitionStore,
      inject: [Database, AudienceStore, SegmentStore],
      useFactory: (database: Database, audiences: AudienceStore, segments: SegmentStore) =>
        new DefinitionStore(database, audiences, segments),
    },
    {
      provide: SegmentEditor,
      inject: [Database, SegmentStore, DefinitionStore, Outbox, ChangePlaces, Options],
      useFactory: (
        database: Database,
        store: SegmentStore,
        definitions: DefinitionStore,
        outbox: Outbox,
        places: ChangePlaces,
        { engage }: Options,
      ) =>
        new SegmentEditor(
          database,
          store,
          definitions,
          new SegmentChanges(outbox, places),
          (product, destination) =>
            engage.destinations.get(destination)?.products.includes(product) ?? false,
        ),
    },
  ],
  exports: [SegmentStore, SegmentEditor, DefinitionStore],
})
export class SegmentsModule {}
