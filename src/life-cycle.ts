import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminEvents } from './admin/events.js';
import { SegmentEvents } from './analytics/segment-events.js';
import { AudienceActivity } from './audiences/audience-activity.js';
import { Feed } from './audiences/feed.js';
import { HistoryErasure } from './audiences/history-erasure.js';
import { NumberingWatch } from './audiences/numbering-watch.js';
import { QuietAudiences } from './audiences/quiet-audiences.js';
import { Configs } from './configs/configs.js';
import { PollingLock } from './configs/polling-lock.js';
import { StoredConfigs } from './configs/stored-configs.js';
import { databaseErrorLog } from './database/database-log.js';
import { Database } from './database/database.js';
import { Notifications } from './database/notifications.js';
import { Revision } from './database/revision.js';
import { isUnavailable } from './database/sql-state.js';
import { FlushQueue } from './engage/flush-queue.js';
import { Readiness } from './observability/readiness.js';
import { Streams } from './proxy/streams.js';
import { DefinitionStore } from './segments/definitions.js';

const RETRY_MS = 1_000;

/** Starts the rooms from the bottom up, and stops them from the top down. */
@Injectable()
export class LifeCycle {
  private readonly abort = new AbortController();
  private starting: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly notifications: Notifications,
    private readonly revision: Revision,
    definitions: DefinitionStore,
    private readonly feed: Feed,
    private readonly activity: AudienceActivity,
    private readonly numbering: NumberingWatch,
    private readonly quiet: QuietAudiences,
    private readonly history: HistoryErasure,
    private readonly pollingLock: PollingLock,
    private readonly configs: Configs,
    storedConfigs: StoredConfigs,
    private readonly queue: FlushQueue,
    private readonly streams: Streams,
    private readonly adminEvents: AdminEvents,
    private readonly segmentEvents: SegmentEvents,
    private readonly readiness: Readiness,
  ) {
    readiness.require('memberships', () => feed.index !== undefined);
    readiness.require('definitions', () => definitions.current !== undefined);
    // Before the definitions, so that a replica that is ready serves what is stored.
    revision.onChange(async () => configs.offer(await storedConfigs.read(configs.wanted)));
    revision.onChange(() => definitions.reload());
    revision.onChange(async () => segmentEvents.wake());
  }

  /**
   * Resolves when PostgreSQL was reached and everything runs; waits for it as long as it takes.
   * Rejects on what waiting does not mend: wrong credentials, a schema of a newer version.
   */
  start(): Promise<void> {
    this.starting ??= this.run();
    return this.starting;
  }

  /** New streams end at once; clients are told to come back. Readiness drops for ever. */
  beginStop(): void {
    this.abort.abort();
    this.readiness.drop();
    this.streams.stop();
    void this.adminEvents.stop();
  }

  /** After the last request was answered: commits what was accepted, then ends everything. */
  async finishStop(): Promise<void> {
    await this.starting?.catch(() => {});
    const told = this.segmentEvents.stop();
    await this.queue.drain();
    await told;
    await Promise.all([this.configs.stop(), this.pollingLock.stop()]);
    await Promise.all([
      this.activity.stop(),
      this.numbering.stop(),
      this.quiet.stop(),
      this.history.stop(),
      this.feed.stop(),
      this.revision.stop(),
    ]);
    await this.notifications.stop();
    await this.database.close();
  }

  private async run(): Promise<void> {
    this.pollingLock.start();
    this.configs.start();
    this.streams.start();
    this.segmentEvents.startEvaluated();
    if (!(await this.connect())) {
      return;
    }
    this.revision.start();
    this.feed.start();
    this.activity.start();
    this.numbering.start();
    this.quiet.start();
    this.history.start();
    this.segmentEvents.startChanged();
    this.notifications.start();
  }

  /** @returns false when stopped meanwhile. */
  private async connect(): Promise<boolean> {
    const report = databaseErrorLog('Database');
    while (!this.abort.signal.aborted) {
      try {
        await this.database.connect();
        return true;
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        report(error);
        await pause(RETRY_MS, undefined, this.abort).catch(() => {});
      }
    }
    new Logger('Database').log('Stopped before PostgreSQL was reached.');
    return false;
  }
}
