import type { EntityManager } from 'typeorm';
import type { Database } from '../database/database.js';
import * as sql from './change-history.sql.js';

/** Partitions are made for today and so many days ahead. */
const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;

/** The days that the history of changes is kept for. */
export class ChangeHistory {
  constructor(
    private readonly database: Database,
    /** Milliseconds. */
    private readonly changesFor: number,
    /** Milliseconds since 1970. */
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** Makes partitions ahead, and lets go of changes that are too old. Any replica may, at any time. */
  async tidy(): Promise<void> {
    const days = await this.database.transaction(readDays);
    for (const day of this.daysAhead()) {
      if (!days.includes(day)) await this.alone((manager) => createDay(manager, day));
    }
    for (const day of days) {
      if (this.isOver(day)) await this.alone((manager) => this.dropDay(manager, day));
    }
    await this.alone((manager) => this.deleteFromDefault(manager));
  }

  private daysAhead(): readonly string[] {
    return Array.from({ length: DAYS_AHEAD + 1 }, (_, days) => dayOf(this.now() + days * DAY_MS));
  }

  private isOver(day: string): boolean {
    return startOf(day).getTime() + DAY_MS < this.now() - this.changesFor;
  }

  /** In a transaction of its own, short, and only where no other replica is at it. */
  private alone(work: (manager: EntityManager) => Promise<void>): Promise<void> {
    return this.database.transaction(async (manager) => {
      const [lock] = await manager.query<{ is_locked: boolean }[]>(sql.TRY_LOCK_PARTITIONS);
      if (lock?.is_locked !== true) return;
      await manager.query(sql.SHORT_LOCK_TIMEOUT);
      await work(manager);
    });
  }

  /** A replica that is seen but lags keeps the day: what it has not read yet would be lost to it. */
  private async dropDay(manager: EntityManager, day: string): Promise<void> {
    // Another replica may have dropped it since.
    if (!(await readDays(manager)).includes(day)) return;
    const [last] = await manager.query<{ last_id: string }[]>(sql.readLastOf(day));
    if (Number(last?.last_id) <= (await passed(manager))) await manager.query(sql.dropDay(day));
  }

  private async deleteFromDefault(manager: EntityManager): Promise<void> {
    await manager.query(sql.DELETE_OLD_DEFAULT, [this.changesFor, await passed(manager)]);
  }
}

async function readDays(manager: EntityManager): Promise<readonly string[]> {
  const rows = await manager.query<{ day: string }[]>(sql.READ_DAYS);
  return rows.map(({ day }) => day);
}

/** A day of which the default partition has changes already stays there. */
async function createDay(manager: EntityManager, day: string): Promise<void> {
  const [row] = await manager.query<{ is_in_default: boolean }[]>(sql.IS_IN_DEFAULT, [
    startOf(day),
  ]);
  if (row?.is_in_default === false) await manager.query(sql.createDay(day));
}

async function passed(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ position: string }[]>(sql.READ_PASSED);
  return Number(row?.position ?? 0);
}

/** Eight digits, UTC. */
function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}

function startOf(day: string): Date {
  return new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
}
