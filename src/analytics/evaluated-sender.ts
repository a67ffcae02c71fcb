import { performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Loop, type LoopRegistry } from '../loop.js';
import { Backoff } from './backoff.js';
import type { DeliveryTotals } from './delivery-totals.js';
import { evaluatedEvent, type Sameness } from './evaluated-event.js';
import type { EvaluatedEvents } from './evaluated-events.js';
import { wireBytes, type TrackEvent } from './track-event.js';
import type { Pace, TrackingClient } from './tracking-client.js';

/** What gathers in so long goes out together. */
const INTERVAL_MS = 250;
/** Of one request; Segment takes half a megabyte. */
const MAX_EVENTS = 500;
const MAX_BYTES = 450_000;
/** What is left is sent so long at the end; the package's own patience is 75 s. */
const STOP_MS = 5_000;
/**
 * Handing an event to Segment's package takes 60 µs, as much as three evaluations. So a busy process
 * hands over 300 a second, which are 2 % of its time, and others ten times as many.
 */
const BUSY_PAUSE_MS = 50;
const IDLE_PAUSE_MS = 5;
const BUSY = 0.5;

export interface EvaluatedSenderParts {
  readonly events: EvaluatedEvents;
  readonly client: Pick<TrackingClient, 'send' | 'close'>;
  readonly sameness: Sameness;
  readonly onError: (error: Error) => void;
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
  private wait = INTERVAL_MS;
  private isStopping = false;
  private stopping: Promise<void> | undefined;
  private utilization = performance.eventLoopUtilization();

  constructor(private readonly parts: EvaluatedSenderParts) {
    this.loop = new Loop({
      name: 'evaluated events',
      interval: () => this.wait,
      run: () => this.sendAll(),
      onError: () => {},
      ...(parts.loops && { registry: parts.loops }),
    });
  }

  /** What waits or is under way. */
  get queued(): number {
    return this.parts.events.queue.size + this.group.length;
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
    const { client, events } = this.parts;
    this.wait = INTERVAL_MS;
    for (;;) {
      while (this.group.length === 0 && events.queue.size > 0) this.group = this.take();
      if (this.group.length === 0) return;
      const delivery = await client.send(this.group, this.pace);
      events.totals.note(delivery, this.group.length);
      if (delivery.kind === 'failed') {
        this.wait = this.backoff.next(delivery.retryAfter);
        this.parts.onError(new Error(delivery.reason));
        return;
      }
      if (delivery.kind === 'refused') this.parts.onError(new Error(delivery.reason));
      this.backoff.reset();
      this.group = [];
    }
  }

  private take(): readonly TrackEvent[] {
    const { events, sameness } = this.parts;
    const group: TrackEvent[] = [];
    let bytes = 0;
    events.queue.take((seen) => {
      if (group.length === MAX_EVENTS) return false;
      const event = evaluatedEvent(seen, sameness);
      if (event === undefined) {
        events.totals.refused += 1;
        return true;
      }
      const size = wireBytes(event);
      if (bytes + size > MAX_BYTES) return false;
      bytes += size;
      group.push(event);
      return true;
    });
    return group;
  }

  private readonly pace: Pace = async () => {
    if (this.isStopping) {
      await setImmediate();
      return;
    }
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.utilization);
    this.utilization = now;
    await setTimeout(utilization > BUSY ? BUSY_PAUSE_MS : IDLE_PAUSE_MS);
  };
}
