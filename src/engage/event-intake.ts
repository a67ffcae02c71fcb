import { parseEvents, type ParsedBody } from './body.js';
import { noCounts, type Counts } from './counts.js';
import type { Deadline } from './deadline.js';
import type { Destination } from './destinations.js';
import { UnauthorizedError } from './engage.errors.js';
import { MAX_EVENTS, type EventReceiver, type Received } from './event-receiver.js';
import { NotJsonError } from './not-json-error.js';
import type { RejectedEvents, Rejection } from './rejected-events.js';
import { checkSignature, type InvalidSignature } from './signature.js';

/** A request whose token was right. */
export interface SignedRequest {
  readonly destination: Destination;
  /** Inflated. */
  readonly body: Buffer;
  /** `X-Signature`. */
  readonly signature: string | undefined;
}

/** Takes a request's events: signature first, then what they say. */
export class EventIntake {
  constructor(
    private readonly parts: {
      readonly receiver: EventReceiver;
      readonly rejectedEvents: RejectedEvents;
      /** Milliseconds since 1970. */
      readonly now: () => number;
      readonly warn: (message: string) => void;
    },
  ) {}

  /**
   * Resolves when everything is committed.
   * @throws UnauthorizedError, NotJsonError, QueueFullError, DeadlineError, or what PostgreSQL said
   */
  async take(request: SignedRequest, deadline: Deadline): Promise<Counts> {
    const arrival = this.parts.now();
    const { destination, body } = request;
    const { sharedSecrets } = destination.options;
    if (sharedSecrets.length > 0) {
      const check = checkSignature(body, request.signature, sharedSecrets);
      if (check.kind === 'invalid') {
        await this.refuse(request, check, arrival);
      }
    }
    const read = (): ParsedBody => parseEvents(body);
    return this.parts.receiver.receive({ destination, read, arrival, deadline });
  }

  /**
   * Takes the events of a caller who can't sign, but whose credential no URL or mapping holds.
   * Resolves and throws as `take`.
   */
  takeUnsigned(received: Omit<Received, 'arrival'>): Promise<Counts> {
    return this.parts.receiver.receive({ ...received, arrival: this.parts.now() });
  }

  /** Segment never sends again what got a 401, so its events are kept for whoever mends the secret. */
  private async refuse(
    { destination, body }: SignedRequest,
    check: InvalidSignature,
    receivedAt: number,
  ): Promise<never> {
    const reason = wordsFor(check);
    this.parts.warn(`Refused events of destination '${destination.id}': ${reason}.`);
    const rejections = eventsOf(body).map((event): Rejection => ({
      event,
      reason: 'bad_signature',
      detail: reason,
    }));
    await this.parts.rejectedEvents.keep({
      destination: destination.id,
      contextKey: destination.options.contextKey,
      receivedAt,
      rejections,
    });
    const { totals } = this.parts.receiver;
    const counts = { ...noCounts(rejections.length), rejected: rejections.length };
    totals.add(destination.id, counts, receivedAt);
    totals.addRejected(destination.id, rejections);
    throw new UnauthorizedError('X-Signature is missing or wrong.');
  }
}

/** What can be kept of a body that need not be JSON; of an empty one nothing. */
function eventsOf(body: Buffer): readonly unknown[] {
  try {
    return [...parseEvents(body).events].slice(0, MAX_EVENTS);
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    return body.length === 0 ? [] : [body.toString()];
  }
}

function wordsFor({ cause, tried, overwritten }: InvalidSignature): string {
  switch (cause) {
    case 'missing':
      return 'X-Signature is missing';
    case 'unreadable':
      return 'X-Signature is no lower-case hex SHA-1';
    case 'mismatch':
      return `X-Signature matches none of: ${tried.join(', ')}`;
    case 'extras_overwrote':
      return (
        `extras overwrote the signed field(s) ${overwritten.join(', ')}, so no rule can match; ` +
        `give the extras new names (tried: ${tried.join(', ')})`
      );
  }
}
