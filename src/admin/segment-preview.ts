import type { Audience } from '../audiences/audience.js';
import type { MemberPages } from '../audiences/member-pages.js';
import type { MembershipIndex } from '../audiences/membership-index.js';
import { affectedFlags } from '../configs/affected-flags.js';
import type { Configs } from '../configs/configs.js';
import type { ComposedConfig, SdkConfig } from '../configs/sdk-config.js';
import { segmentUsage } from '../configs/segment-usage.js';
import { InvalidModelError } from '../evaluation/invalid-model-error.js';
import type { FlagValue } from '../evaluation/evaluation.js';
import type { User } from '../evaluation/user.js';
import type { Segment } from '../segments/segment.js';
import { FlagDifference } from './flag-difference.js';

const PAGE = 5_000;
/** Answers within the patience of a browser; what was not looked at is said. */
const MOST_MS = 20_000;
const SLICE_MS = 8;

/** What would change for whom. */
export interface Preview {
  /** How many members were looked at. */
  readonly members: number;
  /** Whether that were all. */
  readonly isComplete: boolean;
  readonly flags: readonly FlagDifference[];
}

/** One flag of one SDK id, as it is and as it would be. */
interface Comparison {
  readonly before: (user: User) => FlagValue | null;
  readonly after: (user: User) => FlagValue | null;
  readonly difference: FlagDifference;
}

/** Which users' flags would change if a segment were another: counted over the members of the audiences involved. */
export class SegmentPreview {
  constructor(
    private readonly parts: {
      readonly configs: Configs;
      readonly pages: MemberPages;
      readonly index: () => MembershipIndex | undefined;
      /** Of users of an SDK id that do not say otherwise. */
      readonly defaultsOf: (sdkId: string) => User;
      readonly now?: () => number;
    },
  ) {}

  async run(changed: Segment): Promise<Preview> {
    const comparisons: Comparison[] = [];
    const audiences = new Map<number, Audience>();
    for (const sdk of this.parts.configs.all) {
      if (sdk.options.product !== changed.product) continue;
      comparisons.push(...this.comparisonsOf(sdk, changed, audiences));
    }
    const { members, isComplete } =
      comparisons.length === 0
        ? { members: 0, isComplete: true }
        : await this.compare(comparisons, [...audiences.values()]);
    return { members, isComplete, flags: comparisons.map(({ difference }) => difference) };
  }

  private comparisonsOf(
    sdk: SdkConfig,
    changed: Segment,
    audiences: Map<number, Audience>,
  ): Comparison[] {
    const before = sdk.with((segments) => segments);
    const after = sdk.with((segments) =>
      segments.map((segment) => (segment.id === changed.id ? changed : segment)),
    );
    if (before === undefined || after === undefined) return [];
    const flags = new Set(
      [before, after].flatMap(({ composition }) => [
        ...affectedFlags(composition.config, segmentUsage(composition).get(changed.id) ?? []),
      ]),
    );
    for (const key of flags) {
      for (const composed of [before, after]) {
        for (const audience of audiencesOf(composed, key)) audiences.set(audience.id, audience);
      }
    }
    const defaults = this.parts.defaultsOf(sdk.options.id);
    return [...flags].toSorted().map((key) => ({
      before: valueOf(before, key, defaults),
      after: valueOf(after, key, defaults),
      difference: new FlagDifference(sdk.options.id, key),
    }));
  }

  private async compare(
    comparisons: readonly Comparison[],
    audiences: readonly Audience[],
  ): Promise<{ readonly members: number; readonly isComplete: boolean }> {
    const { now = () => performance.now() } = this.parts;
    const end = now() + MOST_MS;
    let members = 0;
    let sliceEnd = now() + SLICE_MS;
    for (const [position, { id, attribute }] of audiences.entries()) {
      // Somebody in several audiences is one user.
      const earlier = audiences.slice(0, position).filter((one) => one.attribute === attribute);
      let after: string | undefined = '';
      while (after !== undefined) {
        if (now() > end) return { members, isComplete: false };
        const page = await this.parts.pages.read(id, { prefix: '', after, limit: PAGE });
        after = page.next;
        for (const { memberKey } of page.members) {
          if (earlier.some((one) => this.parts.index()?.has(one.id, memberKey))) continue;
          members += 1;
          const user = { [attribute]: memberKey };
          for (const { before, after: then, difference } of comparisons) {
            difference.add(memberKey, before(user), then(user));
          }
          if (now() > sliceEnd) {
            await new Promise(setImmediate);
            sliceEnd = now() + SLICE_MS;
          }
        }
      }
    }
    return { members, isComplete: true };
  }
}

/** Whose members the flag may tell apart. */
function audiencesOf({ composition, config }: ComposedConfig, key: string): Audience[] {
  if (!config.compiled.has(key)) return [];
  return [...config.compiled.audienceSegmentsOf(key)].flatMap(
    (index) => composition.placed.get(index)?.audience ?? [],
  );
}

/** Null: there is no such flag, or it fails. */
function valueOf(
  { config: { compiled } }: ComposedConfig,
  key: string,
  defaults: User,
): (user: User) => FlagValue | null {
  if (!compiled.has(key)) return () => null;
  return (user) => {
    try {
      return compiled.evaluate(key, Object.assign(Object.create(null), defaults, user)).value;
    } catch (error) {
      if (error instanceof InvalidModelError) return null;
      throw error;
    }
  };
}
