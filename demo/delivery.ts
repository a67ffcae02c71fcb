import { evaluateByApi } from './api-client.js';
import type { CdnClient } from './cdn-client.js';
import type { Audience } from './engage-event.js';
import { SDK_ID } from './fresh-instance.js';
import type { Screen } from './screen.js';
import { waitUntil } from './wait-until.js';

/** The default of `segments.inline_limit`: a larger audience reaches SDKs by attribute. */
const INLINE_LIMIT = 15_000;

export interface DeliveryQuestion {
  readonly screen: Screen;
  readonly base: string;
  readonly cdn: CdnClient;
  readonly audience: Audience;
  readonly members: number;
}

/**
 * Shows what a member's flag is to a client that asks us, and to an SDK that evaluates alone, which
 * a large audience reaches by attribute only. @returns whether an SDK knows the members by itself.
 */
export async function showDelivery(question: DeliveryQuestion): Promise<boolean> {
  const { screen, base, cdn, audience, members } = question;
  const flag = `audience_${audience.key}`;
  const member = `reader-${members - 1}`;
  const isListed = members < INLINE_LIMIT;
  await waitUntil('the API shows the last member', () =>
    evaluateByApi({ base, sdkId: SDK_ID, flag, member }),
  );
  await waitUntil(`the SDK by itself shows ${isListed} for the last member`, async () => {
    return (await cdn.evaluate(flag, member)) === isListed;
  });
  await waitUntil('the SDK shows the last member whose audiences it is told', () =>
    cdn.evaluate(flag, member, [audience.key]),
  );
  screen.line(`${flag} of ${member}: API true, SDK over the CDN ${isListed}`);
  if (!isListed) {
    screen.line(
      `  Configs hold lists of up to ${INLINE_LIMIT} members, so an SDK that evaluates alone needs\n` +
        `  the user's attribute audiences: ["${audience.key}"]. With it: true`,
    );
  }
  return isListed;
}
