import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MembershipIndex } from './membership-index.js';

const SEED = Buffer.from('01234567');

describe('the membership index', () => {
  it('agrees with sets of keys, whatever enters and leaves', () => {
    const change = fc.record({
      audience: fc.integer({ min: 1, max: 3 }),
      key: fc.oneof(fc.nat(40).map(String), fc.string({ unit: 'grapheme', maxLength: 6 })),
      isMember: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        const index = new MembershipIndex(SEED);
        const model = new Map<number, Set<string>>();
        for (const { audience, key, isMember } of changes) {
          const members = model.get(audience) ?? new Set<string>();
          model.set(audience, members);
          const hasChanged = members.has(key) !== isMember;
          if (isMember) members.add(key);
          else members.delete(key);
          expect(index.set(audience, key, isMember)).toBe(hasChanged);
        }
        for (const { audience, key } of changes) {
          for (const other of [1, 2, 3]) {
            expect(index.has(other, key)).toBe(model.get(other)?.has(key) ?? false);
          }
          expect(index.count(audience)).toBe(model.get(audience)?.size);
        }
      }),
    );
  });

  it('grows over many segments, and lets go of half of them again', () => {
    const index = new MembershipIndex(SEED);
    const count = 200_000;
    for (let member = 0; member < count; member += 1) index.set(1, `user_${member}`, true);
    expect(index.count(1)).toBe(count);
    for (let member = 0; member < count; member += 2) index.set(1, `user_${member}`, false);
    expect(index.count(1)).toBe(count / 2);
    let wrong = 0;
    for (let member = 0; member < count; member += 1) {
      if (index.has(1, `user_${member}`) !== (member % 2 === 1)) wrong += 1;
      if (index.has(1, `stranger_${member}`)) wrong += 1;
      if (index.has(2, `user_${member}`)) wrong += 1;
    }
    expect(wrong).toBe(0);
  });

  it('keeps the audiences of one member apart, also two thousand of them', () => {
    const index = new MembershipIndex(SEED);
    for (let member = 0; member < 100; member += 1) {
      for (let audience = 1; audience <= 2_000; audience += 1) {
        index.set(audience, `user_${member}`, (audience + member) % 2 === 0);
      }
    }
    let wrong = 0;
    for (let member = 0; member < 100; member += 1) {
      for (let audience = 1; audience <= 2_000; audience += 1) {
        if (index.has(audience, `user_${member}`) !== ((audience + member) % 2 === 0)) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
    expect(index.count(2_000)).toBe(50);
  });

  it('knows nobody in an audience that it was never told of', () => {
    const index = new MembershipIndex();
    expect(index.has(1, 'ada')).toBe(false);
    expect(index.count(1)).toBe(0);
    expect(index.set(1, 'ada', false)).toBe(false);
    expect(index.count(1)).toBe(0);
  });
});
