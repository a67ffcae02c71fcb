import { describe, expect, it } from 'vitest';
import { audience, byId, segment } from '../../test/support/definitions.js';
import { quietFeed } from '../../test/support/feed.js';
import { testDatabase } from '../../test/support/template.js';
import { MemberLists, type MemberList } from '../audiences/member-lists.js';
import { OwnDeliveries, type Deliveries } from './chosen-deliveries.js';
import { compose } from './composition.js';
import { DeliveryNotStoredError } from './delivery-not-stored.error.js';
import { ListDelivery, type ListDeliverySettings } from './list-delivery.js';
import type { Segment } from '../segments/segment.js';

const SETTINGS = {
  delivery: 'auto',
  inlineLimit: 10,
  inlineTotal: 100,
  membershipAttribute: 'audiences',
} as const;
/** Never connected. */
const database = testDatabase('postgres://127.0.0.1:1/none');

/** Notes what it is to store, and answers as a test says. */
class NotedDeliveries extends OwnDeliveries {
  readonly noted: Array<Record<string, string>> = [];
  answer: (choices: Deliveries) => Promise<Deliveries> = (choices) => super.store(choices);

  override store(choices: Deliveries): Promise<Deliveries> {
    this.noted.push(Object.fromEntries(choices));
    return this.answer(choices);
  }
}

/** As long as the index says. */
class CountedLists extends MemberLists {
  constructor(private readonly count: () => number) {
    super(database, quietFeed(database));
  }

  override get(): Promise<MemberList> {
    const members = new Set(Array.from({ length: this.count() }, (_, n) => `user_${n}`));
    return Promise.resolve({ members, version: 0 });
  }
}

function make(over: Partial<Segment> = {}, settings: Partial<ListDeliverySettings> = {}) {
  const choices = new NotedDeliveries();
  let members = 0;
  const delivery = new ListDelivery(
    { lists: new CountedLists(() => members), count: () => members },
    { ...SETTINGS, ...settings },
    () => {},
    choices,
  );
  const composition = compose({
    base: undefined,
    segments: [segment(1, { id: 'vip', ...over })],
    audiences: byId(audience(1)),
    audienceFlags: true,
    salt: 'salt',
    publicUrl: undefined,
  });
  const at = async (count: number): Promise<number | undefined> => {
    members = count;
    const [completed] = await delivery.complete(composition);
    return completed?.r?.[0]?.c;
  };
  return { choices, delivery, at };
}

describe('a choice by size', () => {
  it('is stored when it is another one, and nothing else is', async () => {
    const { choices, at } = make();
    for (const count of [0, 10, 11, 12, 9, 8, 9, 10]) await at(count);
    expect(choices.noted).toEqual([{ vip: 'attribute' }, { vip: 'list' }]);
  });

  it.each([
    ['the segment says', { delivery: 'list' } as const, {}],
    ['the segment says', { delivery: 'attribute' } as const, {}],
    ['the options say', {}, { delivery: 'attribute' } as const],
  ])('is none where %s what it is to be: %o %o', async (_who, over, settings) => {
    const { choices, at } = make(over, settings);
    for (const count of [0, 11, 8]) await at(count);
    expect(choices.noted).toEqual([]);
  });

  it('yields to one that another replica made by later sizes', async () => {
    const { choices, at, delivery } = make();
    choices.answer = () => Promise.resolve(new Map([['vip', 'list']]));
    expect(await at(11)).toBe(16);
    expect(delivery.failure).toBeUndefined();
  });

  it('that can not be stored is by attribute, on the way up and down, until it can', async () => {
    const { choices, at, delivery } = make();
    const store = choices.answer;
    const refused = new Error('PostgreSQL is away');
    choices.answer = () => Promise.reject(refused);
    expect(await at(11)).toBe(34);
    expect(delivery.failure).toBe(refused);
    expect(await at(10)).toBe(16);
    expect(delivery.failure).toBeUndefined();
    choices.answer = store;
    expect(await at(11)).toBe(34);
    expect(delivery.failure).toBeUndefined();
    choices.answer = () => Promise.reject(refused);
    expect(await at(8)).toBe(34);
    expect(delivery.failure).toBe(refused);
    choices.answer = store;
    expect(await at(8)).toBe(16);
  });

  it('of a segment that somebody changes at this moment is made again', async () => {
    const { choices, at, delivery } = make();
    choices.answer = () => Promise.resolve(new Map());
    expect(await at(11)).toBe(34);
    expect(delivery.failure).toBeInstanceOf(DeliveryNotStoredError);
  });
});
