import type { DemoArguments } from './arguments.js';
import { CdnClient } from './cdn-client.js';
import { showDelivery } from './delivery.js';
import type { Audience } from './engage-event.js';
import { DESTINATION, SDK_ID, type FreshInstance } from './fresh-instance.js';
import { LiveFlips } from './live-flips.js';
import type { Screen } from './screen.js';
import { Segment } from './segment.js';
import { summary } from './summary.js';

const LARGE: Audience = { id: 'aud_demo_1', key: 'newsletter_readers' };
const SMALL: Audience = { id: 'aud_demo_2', key: 'power_users' };
const SMALL_SIZE = 500;

export interface DemoParts {
  readonly instance: FreshInstance;
  readonly screen: Screen;
  readonly wanted: DemoArguments;
  /** Takes what is to be closed at the end, however that comes. */
  readonly atEnd: (close: () => void) => void;
}

/** The whole show. Rejects with what went wrong. */
export async function runDemo({ instance, screen, wanted, atEnd }: DemoParts): Promise<void> {
  screen.line(`Starting a fresh instance (pid ${instance.pid}) with a PostgreSQL of its own`);
  const base = await instance.ready();
  screen.line(`It listens on ${base}`);
  const segment = new Segment({
    url: `${base}/engage/${DESTINATION}/events`,
    ...instance.credentials,
  });
  const cdn = new CdnClient(base, SDK_ID);
  atEnd(() => cdn.close());

  const { members } = wanted;
  screen.line(`\nFirst sync of ${LARGE.key}, in signed batches of 1,000`);
  const start = performance.now();
  await segment.firstSync({
    audience: LARGE,
    members: names('reader', members),
    onProgress: (sent) => screen.progress(sent, members),
  });
  const seconds = (performance.now() - start) / 1_000;
  const isListed = await showDelivery({ screen, base, cdn, audience: LARGE, members });

  await segment.firstSync({
    audience: SMALL,
    members: names('reader', SMALL_SIZE),
    onProgress: () => {},
  });
  const live = new LiveFlips({ screen, base, segment, cdn });
  atEnd(() => live.close());
  await live.watch(SMALL, { isListed: true });
  await live.watch(LARGE, { isListed });
  screen.line('\nLive: from the POST to the flip in the client');
  for (let round = 0; round < wanted.flips; round += 1) await live.flip(round % 2 === 0);
  screen.line(`\n${summary({ members, seconds, ways: live.times() })}`);
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
