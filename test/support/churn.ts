import { setTimeout as pause } from 'node:timers/promises';
import { identify } from './builders.js';
import { MembershipModel, type SentEvent } from './membership-model.js';
import { sendTo } from './test-bed.js';

const AUDIENCES = ['churn_a', 'churn_b', 'churn_c'] as const;
const MEMBERS = 200;
const SENDERS = 4;
const MOST_EVENTS = 60;
/** Events that wait, to be sent out of their order. */
const SHUFFLED = 120;
/** Of batches that got no good answer: the others are given up, as Segment does after hours. */
const REPEATED = 0.7;
/** Between two batches of a sender at most: enough of them are under way at any moment, and other tests need the machine. */
const LONGEST_PAUSE_MS = 10;
const START = Date.UTC(2024, 0, 1);

/** Several senders that make members enter and leave all the time, out of order and repeated, at any of some replicas. */
export class Churn {
  readonly model = new MembershipModel();
  /** Batches answered with 200, and others. */
  answered = 0;
  refused = 0;
  /** Statuses that are neither 200 nor 503. */
  readonly oddStatuses: number[] = [];
  readonly #waiting: SentEvent[] = [];
  readonly #repeated: SentEvent[][] = [];
  #at = START;
  #isOver = false;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(
    /** Asked before each batch: replicas come and go. */
    private readonly bases: () => readonly string[],
    private readonly random: () => number,
    /** Of audiences of its own, where one churn follows another. */
    private readonly round = 0,
  ) {}

  start(): void {
    this.#sending = Promise.all(Array.from({ length: SENDERS }, () => this.#send()));
  }

  /** Resolves when every batch under way has its answer, or none. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#sending;
  }

  async #send(): Promise<void> {
    while (!this.#isOver) {
      await pause(this.random() * LONGEST_PAUSE_MS);
      const base = this.#pick(this.bases());
      // Everybody is away.
      if (base === undefined) continue;
      const batch = this.#repeated.pop() ?? this.#batch();
      this.model.sent(batch);
      const status = await statusOf(base, batch);
      if (status === 200) {
        this.model.answered(batch);
        this.answered += 1;
        continue;
      }
      this.refused += 1;
      if (status !== undefined && status !== 503) this.oddStatuses.push(status);
      if (this.random() < REPEATED) this.#repeated.push(batch);
    }
  }

  #batch(): SentEvent[] {
    const size = 1 + Math.floor(this.random() * MOST_EVENTS);
    return Array.from({ length: size }, () => this.#event());
  }

  #event(): SentEvent {
    while (this.#waiting.length < SHUFFLED) {
      this.#at += 1;
      this.#waiting.push({
        audience: `${this.#pick(AUDIENCES)}_${this.round}`,
        member: `member_${Math.floor(this.random() * MEMBERS)}`,
        isMember: this.random() < 0.5,
        at: this.#at,
      });
    }
    const [event] = this.#waiting.splice(Math.floor(this.random() * SHUFFLED), 1);
    if (event === undefined) throw new Error('there is always one');
    return event;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }
}

async function statusOf(base: string, batch: readonly SentEvent[]): Promise<number | undefined> {
  const events = batch.map(({ audience, member, isMember, at }) =>
    identify({ key: audience, userId: member, isMember, at: new Date(at).toISOString() }),
  );
  try {
    return (await sendTo(base, events)).status;
  } catch {
    return undefined;
  }
}
