import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Loop, type LoopRegistry } from '../loop.js';
import { Backoff } from './backoff.js';
import type { DeliveryTotals } from './delivery-totals.js';
import { evaluatedEvent, type Sameness } from './evaluated-event.js';
import type { EvaluatedEvents } from './evaluated-events.js';
import type { TrackEvent } from './track-event.js';
import type { TrackingClient } from './tracking-client.js';

/** What gathers in so long goes out together. */
const INTERVAL_MS = 250;
/** Of one request; Segment takes half a megabyte. */
const MAX_EVENTS = 100;
/** At the end, when each request costs a part of the time that is left. */
const MAX_LAST_EVENTS = 1_000;
const MAX_BYTES = 450_000;
/** After so many it is not for one bad event: dividing each request would be hundreds for nothing. */
const MAX_REFUSED_IN_ROW = 10;
/** What is left is sent so long at the end; the package's own patience is 75 s. */
const STOP_MS = 5_000;
/**
 * An event costs 70 to 150 µs with Segment's package, as much as three to seven evaluations, and
 * what waits for its request costs the garbage collector more. So a busy process sends 150 a second,
 * which are 2 % of its time, and others 1,000.
 */
const SLICE = 10;
const BUSY_PAUSE_MS = 66;
const IDLE_PAUSE_MS = 10;
const BUSY = 0.5;

export interface EvaluatedSenderParts {
  readonly events: EvaluatedEvents;
  readonly client: Pick<TrackingClient, 'add' | 'send' | 'close'>;
  readonly sameness: Sameness;
  readonly onError: (error: unknown) => void;
  /** Segment answers again. */
  readonly onBack?: () => void;
  readonly loops?: LoopRegistry | undefined;
  /** Milliseconds that are left at the end. */
  readonly patience?: number;
}

/** Sends what waits in the queue, one request after the other, for as long as Segment takes it. */
export class EvaluatedSender {
  private readonly loop: Loop;
  private readonly backoff = new Backoff();
  /** Under way, or to be tried again. */
  private group: readonly TrackEvent[] = [];
  /** Those that were refused with others, to be sent before new ones. */
  private later: readonly TrackEvent[][] = [];
  /** Requests that could not be divided any further. */
  private refusedInRow = 0;
  private wait = INTERVAL_MS;
  private isStopping = false;
  private stopping: Promise<void> | undefined;
  private utilization = performance.eventLoopUtilization();

  constructor(private readonly parts: EvaluatedSenderParts) {
    this.loop = new Loop({
      name: 'evaluated events',
      interval: () => this.wait,
      run: () => this.sendAll(),
      onError: parts.onError,
      ...(parts.loops && { registry: parts.loops }),
    });
  }

  /** What waits or is under way. */
  get queued(): number {
    const waiting = this.later.reduce((sum, { length }) => sum + length, this.group.length);
    return this.parts.events.queue.size + waiting;
  }

  get totals(): DeliveryTotals {
    return this.parts.events.totals;
  }

  start(): void {
    this.loop.start();
  }

  /** Sends what waits, for five seconds at most; what is left then is dropped and counted. */
  stop(): Promise<void> {
    this.stopping ??= this.finish();
    return this.stopping;
  }

  private async finish(): Promise<void> {
    this.isStopping = true;
    const { client, patience = STOP_MS, events } = this.parts;
    const end = AbortSignal.timeout(patience);
    end.addEventListener('abort', () => client.close());
    await this.loop.stop();
    while (!end.aborted && this.queued > 0) {
      await this.sendAll();
      if (this.queued > 0) await setTimeout(this.wait, undefined, { signal: end }).catch(() => {});
    }
    const left = this.queued;
    events.totals.dropped += left;
    if (left > 0) this.parts.onError(new Error(`${left} events were dropped at the end`));
    client.close();
  }

  /** Until nothing waits, or Segment does not take it. */
  private async sendAll(): Promise<void> {
    const { client, events, onError } = this.parts;
    this.wait = INTERVAL_MS;
    while (this.queued > 0) {
      await this.fill();
      const count = this.group.length;
      // All that waited was refused.
      if (count === 0) continue;
      const delivery = await client.send();
      if (delivery.kind === 'refused' && count > 1 && this.refusedInRow < MAX_REFUSED_IN_ROW) {
        this.halve();
        continue;
      }
      if (events.totals.note(delivery, count)) this.parts.onBack?.();
      if (delivery.kind === 'failed') {
        this.wait = this.backoff.next(delivery.retryAfter);
        const next = `tried again in ${Math.ceil(this.wait / 1_000)} s`;
        onError(new Error(`${delivery.reason}; ${this.queued} wait, and are ${next}`));
        return;
      }
      const isRefused = delivery.kind === 'refused';
      if (isRefused) onError(new Error(`${delivery.reason} to ${count} of them`));
      this.refusedInRow = isRefused ? this.refusedInRow + 1 : 0;
      this.backoff.reset();
      this.group = [];
    }
  }

  /** With what is to be tried again, what was refused with others, or what waits. */
  private async fill(): Promise<void> {
    if (this.group.length === 0) {
      const [next, ...later] = this.later;
      if (next === undefined) {
        await this.gather();
        return;
      }
      this.group = next;
      this.later = later;
    }
    await this.addAgain();
  }

  /** One that Segment refuses must not cost those beside it. */
  private halve(): void {
    const middle = Math.ceil(this.group.length / 2);
    this.later = [this.group.slice(0, middle), this.group.slice(middle), ...this.later];
    this.group = [];
  }

  /** What one request has room for. */
  private async gather(): Promise<void> {
    const { client, events, sameness } = this.parts;
    const group: TrackEvent[] = [];
    this.group = group;
    let bytes = 0;
    let { oldest } = events.queue;
    while (oldest !== undefined && group.length < this.mostEvents) {
      const sized = evaluatedEvent(oldest, sameness);
      if (sized === undefined) {
        events.totals.refused += 1;
      } else {
        bytes += sized.bytes;
        if (bytes > MAX_BYTES) return;
        group.push(sized.event);
        client.add(sized.event);
      }
      events.queue.shift();
      if (group.length % SLICE === 0) await this.pace();
      ({ oldest } = events.queue);
    }
  }

  private get mostEvents(): number {
    return this.isStopping ? MAX_LAST_EVENTS : MAX_EVENTS;
  }

  private async addAgain(): Promise<void> {
    for (const [index, event] of this.group.entries()) {
      if (index % SLICE === 0) await this.pace();
      this.parts.client.add(event);
    }
  }

  private async pace(): Promise<void> {
    if (this.isStopping) {
      await setImmediate();
      return;
    }
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.utilization);
    this.utilization = now;
    await setTimeout(utilization > BUSY ? BUSY_PAUSE_MS : IDLE_PAUSE_MS);
  }
}
