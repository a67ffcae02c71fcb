import { evaluateByApi } from './api-client.js';
import type { CdnClient } from './cdn-client.js';
import type { Audience } from './engage-event.js';
import { FlagWatch } from './flag-watch.js';
import { SDK_ID } from './fresh-instance.js';
import type { Screen } from './screen.js';
import type { Segment } from './segment.js';
import { watchBySse } from './sse-client.js';
import { milliseconds } from './summary.js';
import { waitUntil } from './wait-until.js';

/** Whose flags are watched. */
const MEMBER = 'ada';
/** Of every audience here. */
const FIRST_MEMBER = 'reader-0';

export interface LiveFlipsParts {
  readonly screen: Screen;
  readonly base: string;
  readonly segment: Segment;
  readonly cdn: CdnClient;
}

interface Watched {
  readonly audience: Audience;
  readonly sse: FlagWatch;
  /** Undefined: the SDK can't know the audience's members. */
  readonly cdn: FlagWatch | undefined;
}

/** One member that enters and leaves audiences while two clients watch its flags. */
export class LiveFlips {
  private readonly watched: Watched[] = [];
  private readonly closers: (() => void)[] = [];

  constructor(private readonly parts: LiveFlipsParts) {}

  /** Resolves when both clients show that the member is outside. */
  async watch(audience: Audience, { isListed }: { readonly isListed: boolean }): Promise<void> {
    const { base, cdn } = this.parts;
    const flag = `audience_${audience.key}`;
    const question = { base, sdkId: SDK_ID, flag };
    await waitUntil(`there is a flag ${flag}`, async () => {
      const [api, sdk] = await Promise.all([
        evaluateByApi({ ...question, member: FIRST_MEMBER }),
        cdn.evaluate(flag, FIRST_MEMBER, [audience.key]),
      ]);
      return api && sdk;
    });
    const watched: Watched = {
      audience,
      sse: new FlagWatch(`SSE, ${audience.key}`),
      cdn: isListed ? new FlagWatch(`CDN, ${audience.key}`) : undefined,
    };
    const begun = Promise.all([watched.sse.first(false), watched.cdn?.first(false)]);
    this.closers.push(watchBySse({ ...question, member: MEMBER }, watched.sse));
    if (watched.cdn !== undefined) cdn.watch(flag, MEMBER, watched.cdn);
    await begun;
    this.watched.push(watched);
  }

  /** The member enters or leaves every watched audience, one after the other; each flip is a line. */
  async flip(isMember: boolean): Promise<void> {
    for (const { audience, sse, cdn } of this.watched) {
      const since = performance.now();
      const [, bySse, byCdn] = await Promise.all([
        this.parts.segment.send([{ audience, member: MEMBER, isMember }]),
        sse.flip(isMember, since),
        cdn?.flip(isMember, since),
      ]);
      const what = `${MEMBER} ${isMember ? 'enters' : 'leaves'} ${audience.key}`;
      const way = byCdn === undefined ? 'by attribute' : milliseconds(byCdn);
      this.parts.screen.line(
        `  ${what.padEnd(32)} SSE ${milliseconds(bySse).padStart(7)}   CDN ${way.padStart(7)}`,
      );
    }
    // A flip of one audience's flag that another's event made is found here at the latest.
    for (const { sse, cdn } of this.watched) {
      sse.check();
      cdn?.check();
    }
  }

  /** Milliseconds of each flip so far, by the way it was seen. */
  times(): Map<string, readonly number[]> {
    return new Map([
      ['SSE', this.watched.flatMap(({ sse }) => sse.times)],
      ['CDN, SDK refreshing all the time', this.watched.flatMap(({ cdn }) => cdn?.times ?? [])],
    ]);
  }

  close(): void {
    this.closers.forEach((close) => close());
  }
}
