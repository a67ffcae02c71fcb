import type { AudienceActivity } from '../audiences/audience-activity.js';
import type { MemberEraser } from '../audiences/member-eraser.js';
import type { AudienceResolver } from './audience-resolver.js';
import type { ParsedBody } from './body.js';
import { countOutcomes, noCounts, type Counts } from './counts.js';
import type { Deadline } from './deadline.js';
import type { DestinationSettings } from './destination-settings.js';
import type { Destination } from './destinations.js';
import { DeadlineError, TooManyEventsError } from './engage.errors.js';
import { EventTotals } from './event-totals.js';
import type { FlushQueue } from './flush-queue.js';
import type { EraseEvent, Interpreted } from './interpreted.js';
import { interpretEvent, type Reception } from './membership-event.js';
import { NamedAudiences, type NamedAudience } from './named-audiences.js';
import { ReceivedMembership } from './received-membership.js';
import type { RejectedEvents, Rejection } from './rejected-events.js';

/**
 * Ten times what Segment batches at most. Eight megabytes of `[1,1,…]` are four million events, and
 * keeping them aside would hold everything else up for a quarter of a minute.
 */
export const MAX_EVENTS = 40_000;

/** What one event of a body means; `position` is its place there. */
export type Interpreter = (
  event: unknown,
  settings: DestinationSettings,
  reception: Reception & { readonly position: number },
) => Interpreted;

/** The events of one request to one destination. */
export interface Received {
  readonly destination: Destination;
  /** Parses the body; called again for the rare events that are rejected after all. */
  readonly read: () => ParsedBody;
  /** Of Segment's own events where nothing else is said. */
  readonly interpret?: Interpreter;
  /** Milliseconds since 1970. */
  readonly arrival: number;
  /** When nobody waits for the answer any more: rows that wait for their flush then are not written. */
  readonly deadline?: Deadline;
}

/** Turns what Segment sent into memberships; resolves when everything is committed. */
export class EventReceiver {
  readonly totals = new EventTotals();

  constructor(
    private readonly parts: {
      readonly resolver: AudienceResolver;
      readonly queue: FlushQueue;
      readonly eraser: MemberEraser;
      readonly rejectedEvents: RejectedEvents;
      readonly activity: AudienceActivity;
      /** All destinations' ids, for erasures that reach beyond their own. */
      readonly destinationIds: readonly string[];
    },
  ) {}

  /**
   * Rejects when something could not be committed; repeating the request does no harm then.
   * @throws NotJsonError, TooManyEventsError
   */
  async receive(received: Received): Promise<Counts> {
    const sorted = sort(received);
    const counts = noCounts(sorted.received);
    counts.skipped = sorted.skipped;
    // Before the memberships, so that an older one in the same request can't bring a member back.
    await this.erase(received.destination, sorted.erasures);
    counts.erased = sorted.erasures.length;
    const { rejections } = sorted;
    const gone = await this.store(received, sorted.memberships, { counts, rejections });
    if (gone.length > 0 && (await this.store(received, gone, { counts, rejections })).length > 0) {
      throw new DeadlineError('Audiences are deleted faster than made anew; send this again.');
    }
    await this.parts.rejectedEvents.keep({
      destination: received.destination.id,
      contextKey: received.destination.options.contextKey,
      receivedAt: received.arrival,
      rejections,
    });
    counts.rejected = rejections.length;
    this.totals.add(received.destination.id, counts, received.arrival);
    this.totals.addRejected(received.destination.id, rejections);
    this.totals.addClamped(received.destination.id, sorted.clamped);
    return counts;
  }

  private async erase({ id, options }: Destination, events: readonly EraseEvent[]): Promise<void> {
    const destinations = options.deletes === 'all' ? this.parts.destinationIds : [id];
    const erasures = events.flatMap(({ memberKey, otherKeys, eventAt }) =>
      [memberKey, ...otherKeys].map((key) => ({ memberKey: key, erasedAt: eventAt })),
    );
    await this.parts.eraser.erase(destinations, erasures);
  }

  /** @returns those whose audience was deleted since it was looked up: they make it anew. */
  private async store(
    { destination, arrival, read, deadline }: Received,
    memberships: readonly ReceivedMembership[],
    { counts, rejections }: { readonly counts: Counts; readonly rejections: Rejection[] },
  ): Promise<ReceivedMembership[]> {
    let events: readonly unknown[] | undefined;
    const reject = (position: number, reason: Rejection['reason'], detail: string): void => {
      events ??= [...read().events];
      rejections.push({ event: events[position], reason, detail });
    };
    const audiences = [...new Set(memberships.map(({ audience }) => audience))];
    await this.lookUp(audiences, destination);
    const stored = audiences.every(({ id }) => id !== undefined)
      ? memberships
      : memberships.filter(({ audience }) => audience.id !== undefined);
    for (const { audience, position } of stored === memberships ? [] : memberships) {
      if (audience.id !== undefined) continue;
      reject(position, 'too_many_audiences', 'there are engage.max_audiences audiences already');
    }
    const outcomes = await this.parts.queue.submit(stored, deadline);
    countOutcomes(counts, outcomes);
    const gone: ReceivedMembership[] = [];
    for (const [index, membership] of stored.entries()) {
      if (outcomes[index] === 'gone') gone.push(membership);
      if (outcomes[index] === 'refused') {
        reject(membership.position, 'malformed', 'PostgreSQL refuses its data');
      }
    }
    this.parts.activity.saw(new Set(audiences.flatMap(({ id }) => id ?? [])), arrival);
    this.parts.resolver.forget(gone.map(({ audience }) => audience.identity));
    return gone;
  }

  private async lookUp(
    audiences: readonly NamedAudience[],
    destination: Destination,
  ): Promise<void> {
    const identities = audiences.map(({ identity }) => identity);
    const ids = await this.parts.resolver.resolve(identities, destination);
    for (const [index, audience] of audiences.entries()) audience.id = ids[index];
  }
}

/**
 * What the events of a body say. It holds no event but rejected ones: a batch is 3 MB of objects,
 * and garbage collection took a quarter of the service's time while they outlived their flush.
 */
interface Sorted {
  received: number;
  readonly memberships: ReceivedMembership[];
  readonly erasures: EraseEvent[];
  readonly rejections: Rejection[];
  skipped: number;
  clamped: number;
}

function sort({ read, interpret = interpretEvent, destination, arrival }: Received): Sorted {
  const { events, lossy } = read();
  const sorted: Sorted = {
    received: 0,
    memberships: [],
    erasures: [],
    rejections: [],
    skipped: 0,
    clamped: 0,
  };
  const audiences = new NamedAudiences(destination);
  const reception = { arrival: arrival * 1_000, lossy, position: 0 };
  for (const event of events) {
    const position = sorted.received;
    sorted.received += 1;
    if (position >= MAX_EVENTS) {
      throw new TooManyEventsError(`More than ${MAX_EVENTS} events in one request: send fewer.`);
    }
    reception.position = position;
    const interpreted = interpret(event, destination.options, reception);
    if ('clamped' in interpreted && interpreted.clamped) sorted.clamped += 1;
    switch (interpreted.kind) {
      case 'membership':
        sorted.memberships.push(
          new ReceivedMembership(interpreted, audiences.of(interpreted), position),
        );
        break;
      case 'erase':
        sorted.erasures.push(interpreted);
        break;
      case 'rejected':
        sorted.rejections.push({
          event,
          reason: interpreted.reason,
          detail: interpreted.detail,
        });
        break;
      case 'skipped':
        sorted.skipped += 1;
        break;
    }
  }
  return sorted;
}
