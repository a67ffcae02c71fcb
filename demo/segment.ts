import { createHmac } from 'node:crypto';
import { engageEvent, type Audience, type Membership } from './engage-event.js';

const BATCH = 1_000;
/** Segment has several batches on their way at once. */
const IN_FLIGHT = 4;

export interface SegmentSettings {
  /** Where events go. */
  readonly url: string;
  readonly token: string;
  readonly sharedSecret: string;
}

export interface FirstSync {
  readonly audience: Audience;
  readonly members: readonly string[];
  readonly onProgress: (sent: number) => void;
}

/** Stands in for Segment: posts events as its webhook destinations do. */
export class Segment {
  constructor(private readonly settings: SegmentSettings) {}

  /** Every member enters, in batches. Rejects when not every event was taken as new. */
  async firstSync({ audience, members, onProgress }: FirstSync): Promise<void> {
    let next = 0;
    let sent = 0;
    const sendOn = async (): Promise<void> => {
      while (next < members.length) {
        const batch = members.slice(next, next + BATCH);
        next += batch.length;
        await this.send(batch.map((member) => ({ audience, member, isMember: true })));
        sent += batch.length;
        onProgress(sent);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, sendOn));
  }

  /** Posts one request; each membership must be a change. */
  async send(memberships: readonly Membership[]): Promise<void> {
    const [first = '', ...others] = memberships.map((membership) =>
      JSON.stringify(engageEvent(membership)),
    );
    const answer = await fetch(this.settings.url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${this.settings.token}`,
        'Content-Type': 'application/json',
        // The first element is all that Segment signs of a batch.
        'X-Signature': createHmac('sha1', this.settings.sharedSecret).update(first).digest('hex'),
      },
      body: `[${[first, ...others].join(',')}]`,
    });
    const text = await answer.text();
    const counts: unknown = answer.ok ? JSON.parse(text) : undefined;
    if (changesOf(counts) !== memberships.length) {
      throw new Error(`${memberships.length} events were answered with ${answer.status}: ${text}`);
    }
  }
}

function changesOf(counts: unknown): number {
  const { added = 0, removed = 0 }: { added?: unknown; removed?: unknown } = Object(counts);
  return Number(added) + Number(removed);
}
