import type { MemberLists } from '../audiences/member-lists.js';
import type { SegmentJson, UserConditionJson } from '../evaluation/config-json.js';
import { isSensitive } from '../segments/condition-json.js';
import type { Segment } from '../segments/segment.js';
import type { AwaitElsewhere } from './build-schedule.js';
import { OwnDeliveries, type ChosenDeliveries, type Deliveries } from './chosen-deliveries.js';
import type { Composition, PlacedSegment } from './composition.js';
import { DeliveryNotStoredError } from './delivery-not-stored.error.js';
import {
  chooseDelivery,
  mayBecomeList,
  wantedDelivery,
  type DeliveredAs,
  type DeliverySettings,
  type SegmentSize,
} from './delivery.js';
import { HashedConditions } from './hashed-conditions.js';
import { HashedList } from './hashed-list.js';

const IS_ONE_OF_HASHED = 16;
const ARRAY_CONTAINS_ANY_OF = 34;
/** From this share of the limit on, whoever runs the applications is warned. */
const NEAR_SHARE = 0.8;

export interface ListDeliverySettings extends DeliverySettings {
  readonly membershipAttribute: string;
}

/** Gives the segments of one config the conditions that SDKs evaluate alone: members, and hashes of sensitive values. */
export class ListDelivery {
  private delivered: Deliveries = new Map();
  private notStored: unknown;
  private lists = new Map<string, HashedList>();
  private readonly hashed = new HashedConditions();
  /** What `/status` says of segments near to the limit, or past it. */
  private notices: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly lookup: {
      readonly lists: MemberLists;
      /** Members of an audience now. */
      readonly count: (audienceId: number) => number;
    },
    private readonly settings: ListDeliverySettings,
    private readonly warn: (message: string) => void = () => {},
    private readonly choices: ChosenDeliveries = new OwnDeliveries(),
  ) {}

  /** How each segment (by id) was delivered last. */
  get deliveredAs(): Deliveries {
    return this.delivered;
  }

  /** Whether it is known what was chosen before: until then nothing may be chosen. */
  get isReady(): boolean {
    return this.choices.last !== undefined;
  }

  /**
   * Why the choices of the last complete() are not noted for all replicas, so that it has to be
   * called again soon; undefined: they are.
   */
  get failure(): unknown {
    return this.notStored;
  }

  /** Segments whose list is near its limit, and those that are none because of it. */
  get warnings(): readonly string[] {
    return [...this.notices.values()];
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
  async complete(
    composition: Composition,
    awaitElsewhere: AwaitElsewhere = (answer) => answer,
  ): Promise<readonly SegmentJson[]> {
    this.notStored = undefined;
    const { chosen, members } = await this.chooseAndRead(composition, awaitElsewhere);
    this.tell(composition, chosen);
    this.lookup.lists.retain(this, new Set(members.keys()));
    const segments = [...(composition.config.s ?? [])];
    const lists = new Map<string, HashedList>();
    for (const [index, place] of composition.placed) {
      const { segment, audience } = place;
      const keys = members.get(audience.id);
      const condition =
        chosen.get(segment.id) === 'list' && keys !== undefined
          ? this.list(place, { salt: composition.salt, keys, used: lists })
          : this.byAttribute(place);
      segments[index] = { n: segment.name, r: [condition] };
    }
    const sensitive = [...composition.conditioned].filter(([, { conditions }]) =>
      conditions?.some(isSensitive),
    );
    // Each version is hashed once, in slices: what comes next need not rest for that.
    for (const [index, segment] of await awaitElsewhere(
      this.hashed.of(sensitive, composition.salt),
    )) {
      segments[index] = segment;
    }
    this.delivered = chosen;
    this.lists = lists;
    return segments;
  }

  /**
   * While lists are read, members arrive: so it is chosen again by what was read, until no list is
   * missing. What then is a list was one a moment ago, and is as long as it was chosen for.
   */
  private async chooseAndRead(
    composition: Composition,
    awaitElsewhere: AwaitElsewhere,
  ): Promise<{
    readonly chosen: Map<string, DeliveredAs>;
    readonly members: ReadonlyMap<number, ReadonlySet<string>>;
  }> {
    const members = new Map<number, ReadonlySet<string>>();
    for (;;) {
      const chosen = await this.agree(composition, { read: members, awaitElsewhere });
      const listed = [...composition.placed.values()].flatMap(({ segment, audience }) =>
        chosen.get(segment.id) === 'list' ? audience.id : [],
      );
      const missing = listed.filter((id) => !members.has(id));
      if (missing.length === 0) return { chosen, members };
      for (const id of missing) {
        members.set(id, (await awaitElsewhere(this.lookup.lists.get(id))).members);
      }
    }
  }

  /** Chooses, and makes it the choice of all replicas where it is another than before. */
  private async agree(
    composition: Composition,
    {
      read,
      awaitElsewhere,
    }: {
      readonly read: ReadonlyMap<number, ReadonlySet<string>>;
      readonly awaitElsewhere: AwaitElsewhere;
    },
  ): Promise<Map<string, DeliveredAs>> {
    const { position, last } = this.choices;
    const chosen = this.choose(composition, read);
    const changed = new Map<string, DeliveredAs>();
    for (const { segment } of composition.placed.values()) {
      const as = chosen.get(segment.id) ?? 'list';
      const before = last?.get(segment.id) ?? 'list';
      if (as !== before && this.isAuto(segment)) changed.set(segment.id, as);
    }
    if (changed.size === 0) return chosen;
    const held = await awaitElsewhere(this.held(changed, position));
    for (const [id, as] of held) chosen.set(id, as);
    return chosen;
  }

  /**
   * What holds of these choices. Where none can be noted it goes on by attribute, as each of them
   * either is or was: that needs nothing of PostgreSQL, and is of one size.
   */
  private async held(choices: Deliveries, position: number): Promise<Deliveries> {
    const asAttributes = new Map([...choices.keys()].map((id) => [id, 'attribute'] as const));
    if (this.notStored !== undefined) return asAttributes;
    try {
      const held = await this.choices.store(choices, position);
      if (held.size < choices.size) {
        this.notStored = new DeliveryNotStoredError(
          'How a segment is delivered is not noted yet, since somebody changes the segment at this moment.',
        );
      }
      return new Map([...asAttributes, ...held]);
    } catch (error) {
      this.notStored = error;
      return asAttributes;
    }
  }

  /** SDKs that evaluate alone must hear of it from somebody: without the attribute nobody is a member for them. */
  private tell({ placed }: Composition, chosen: ReadonlyMap<string, DeliveredAs>): void {
    const { membershipAttribute, inlineLimit } = this.settings;
    const notices = new Map<string, string>();
    const attribute = `the user's attribute '${membershipAttribute}'`;
    for (const { segment, audience } of placed.values()) {
      const { id, name } = segment;
      const [as, before] = [chosen.get(id), this.delivered.get(id)];
      const members = this.lookup.count(audience.id);
      const named = `Segment '${name}' (${members} members)`;
      const need = `SDKs that evaluate alone need ${attribute} from the application.`;
      const near =
        `Segment '${name}' has ${members} members; above ${inlineLimit} it is no list any more, and ` +
        `SDKs that evaluate alone will need ${attribute}.`;
      const isNear = as === 'list' && members > inlineLimit * NEAR_SHARE;
      if (as === 'attribute' && before === 'list') {
        this.warn(`${named} is no list any more: ${need}`);
      } else if (as === 'list' && before === 'attribute') {
        this.warn(`${named} is delivered as a list again.`);
      } else if (isNear && !this.notices.has(id)) {
        this.warn(near);
      }
      if (isNear) notices.set(id, near);
      if (as === 'attribute' && this.isAuto(segment))
        notices.set(id, `${named} is no list: ${need}`);
    }
    this.notices = notices;
  }

  /** Whether its size alone decides. */
  private isAuto({ delivery }: Segment): boolean {
    return wantedDelivery(delivery, this.settings) === 'auto';
  }

  private choose(
    { placed }: Composition,
    read?: ReadonlyMap<number, ReadonlySet<string>>,
  ): Map<string, DeliveredAs> {
    const sizes = [...placed.values()].map((place) => this.sizeOf(place, read));
    return chooseDelivery(sizes, this.settings, this.choices.last ?? new Map());
  }

  private sizeOf(
    { segment, audience }: PlacedSegment,
    read?: ReadonlyMap<number, ReadonlySet<string>>,
  ): SegmentSize {
    const { id, delivery } = segment;
    return {
      id,
      delivery,
      members: read?.get(audience.id)?.size ?? this.lookup.count(audience.id),
    };
  }

  private list(
    { segment, audience }: PlacedSegment,
    {
      salt,
      keys,
      used,
    }: {
      readonly salt: string;
      readonly keys: ReadonlySet<string>;
      readonly used: Map<string, HashedList>;
    },
  ): UserConditionJson {
    const key = JSON.stringify([audience.id, salt, segment.name]);
    const list = this.lists.get(key) ?? new HashedList(salt, segment.name);
    used.set(key, list);
    const members = audience.status === 'live' ? keys : new Set<string>();
    return { a: audience.attribute, c: IS_ONE_OF_HASHED, l: list.hashesOf(members) };
  }

  private byAttribute({ audience }: PlacedSegment): UserConditionJson {
    const { membershipAttribute } = this.settings;
    return { a: membershipAttribute, c: ARRAY_CONTAINS_ANY_OF, l: [audience.slug] };
  }
}
