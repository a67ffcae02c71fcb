import { Module } from '@nestjs/common';
import { AudienceStore } from '../audiences/audience-store.js';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { Database } from '../database/database.js';
import { Options } from '../options/options.js';
import { DefinitionStore } from './definitions.js';
import { SegmentEditor } from './segment-editor.js';
import { SegmentStore } from './segment-store.js';

/** Named conditions of products. */
@Module({
  imports: [AudiencesModule],
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
      inject: [Database, SegmentStore, DefinitionStore, Options],
      useFactory: (
        database: Database,
        store: SegmentStore,
        definitions: DefinitionStore,
        { engage }: Options,
      ) =>
        new SegmentEditor(
          database,
          store,
          definitions,
          (product, destination) =>
            engage.destinations.get(destination)?.products.includes(product) ?? false,
        ),
    },
  ],
  exports: [SegmentStore, SegmentEditor, DefinitionStore],
})
export class SegmentsModule {}
