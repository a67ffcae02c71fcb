import type { MemberLists } from '../audiences/member-lists.js';
import type { SegmentJson, UserConditionJson } from '../evaluation/config-json.js';
import type { Composition, PlacedSegment } from './composition.js';
import {
  chooseDelivery,
  mayBecomeList,
  type DeliveredAs,
  type DeliverySettings,
  type SegmentSize,
} from './delivery.js';
import { HashedList } from './hashed-list.js';

const IS_ONE_OF_HASHED = 16;
const ARRAY_CONTAINS_ANY_OF = 34;

export interface ListDeliverySettings extends DeliverySettings {
  readonly membershipAttribute: string;
}

/** Gives the audience segments of one config the conditions that SDKs evaluate alone. */
export class ListDelivery {
  private delivered: ReadonlyMap<string, DeliveredAs> = new Map();
  private lists = new Map<string, HashedList>();

  constructor(
    private readonly lookup: {
      readonly lists: MemberLists;
      /** Members of an audience now. */
      readonly count: (audienceId: number) => number;
    },
    private readonly settings: ListDeliverySettings,
  ) {}

  /** How each segment (by id) was delivered last. */
  get deliveredAs(): ReadonlyMap<string, DeliveredAs> {
    return this.delivered;
  }

  /**
   * Whether new members of these audiences show in what SDKs get: only lists hold members. Asked
   * with every read of the feed, so it mostly answers without choosing anew for all segments.
   */
  showsChangesOf(audienceIds: ReadonlySet<number>, composition: Composition): boolean {
    const touched = [...composition.placed.values()].filter(({ audience }) =>
      audienceIds.has(audience.id),
    );
    if (touched.some(({ segment }) => this.delivered.get(segment.id) !== 'attribute')) {
      return true;
    }
    if (!touched.some((place) => mayBecomeList(this.sizeOf(place), this.settings))) {
      return false;
    }
    const chosen = this.choose(composition);
    return touched.some(({ segment }) => chosen.get(segment.id) === 'list');
  }

  /** The segments of a composition, complete. Rejects when a list can't be read. */
  async complete(composition: Composition): Promise<readonly SegmentJson[]> {
    const chosen = this.choose(composition);
    const listed = [...composition.placed.values()].filter(
      ({ segment }) => chosen.get(segment.id) === 'list',
    );
    this.lookup.lists.retain(this, new Set(listed.map(({ audience }) => audience.id)));
    const segments = [...(composition.config.s ?? [])];
    const lists = new Map<string, HashedList>();
    for (const [index, place] of composition.placed) {
      const name = place.segment.name;
      const condition =
        chosen.get(place.segment.id) === 'list'
          ? await this.list(place, composition.salt, lists)
          : this.byAttribute(place);
      segments[index] = { n: name, r: [condition] };
    }
    this.delivered = chosen;
    this.lists = lists;
    return segments;
  }

  private choose({ placed }: Composition): Map<string, DeliveredAs> {
    const sizes = [...placed.values()].map((place) => this.sizeOf(place));
    return chooseDelivery(sizes, this.settings, this.delivered);
  }

  private sizeOf({ segment, audience }: PlacedSegment): SegmentSize {
    const { id, delivery } = segment;
    return { id, delivery, members: this.lookup.count(audience.id) };
  }

  private async list(
    { segment, audience }: PlacedSegment,
    salt: string,
    used: Map<string, HashedList>,
  ): Promise<UserConditionJson> {
    const key = JSON.stringify([audience.id, salt, segment.name]);
    const list = this.lists.get(key) ?? new HashedList(salt, segment.name);
    used.set(key, list);
    const isLive = audience.status === 'live';
    const members = isLive ? (await this.lookup.lists.get(audience.id)).members : new Set<string>();
    return { a: audience.attribute, c: IS_ONE_OF_HASHED, l: list.hashesOf(members) };
  }

  private byAttribute({ audience }: PlacedSegment): UserConditionJson {
    const { membershipAttribute } = this.settings;
    return { a: membershipAttribute, c: ARRAY_CONTAINS_ANY_OF, l: [audience.slug] };
  }
}
