import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ChangeHistory } from './audiences/change-history.js';
import { ImportHousekeeping } from './audiences/import-housekeeping.js';
import { MemberEraser } from './audiences/member-eraser.js';
import { TombstonePurge } from './audiences/tombstone-purge.js';
import { databaseErrorLog } from './database/database-log.js';
import { Database } from './database/database.js';
import { RejectedEvents } from './engage/rejected-events.js';

/** What is thrown away in time. Every replica may do it: a second one finds nothing left. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap {
  private readonly logger = new Logger('Housekeeping');
  private readonly onError = databaseErrorLog('Housekeeping');

  constructor(
    private readonly database: Database,
    private readonly eraser: MemberEraser,
    private readonly rejectedEvents: RejectedEvents,
    private readonly tombstones: TombstonePurge,
    private readonly imports: ImportHousekeeping,
    private readonly history: ChangeHistory,
  ) {}

  /** Before the first event if possible: what came before its day had a partition stays where it is. */
  onApplicationBootstrap(): void {
    void this.database.firstConnection.then(() => this.tidyHistory());
  }

  @Interval(60_000)
  async purgeRejected(): Promise<void> {
    await this.attempt(async () => {
      const { old, surplus } = await this.rejectedEvents.purge();
      if (old + surplus > 0) {
        this.logger.warn(
          `Let go of rejected events: ${old} past engage.rejected_for, ${surplus} past engage.rejected_max.`,
        );
      }
    });
  }

  @Interval(3_600_000)
  async purgeTombstones(): Promise<void> {
    await this.attempt(async () => {
      const purged = await this.tombstones.run();
      if (purged > 0) this.logger.log(`Let go of ${purged} leaves past engage.tombstones_for.`);
    });
  }

  @Interval(600_000)
  async tidyHistory(): Promise<void> {
    await this.attempt(() => this.history.tidy());
  }

  @Interval(10_000)
  async tidyImports(): Promise<void> {
    await this.attempt(() => this.imports.tidy());
  }

  @Interval(10_000)
  async forgetErased(): Promise<void> {
    await this.attempt(() => this.eraser.forgetPassed());
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    if (!this.database.isConnected) {
      return;
    }
    try {
      await work();
    } catch (error) {
      this.onError(error);
    }
  }
}
