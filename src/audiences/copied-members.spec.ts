import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { CopiedMembers } from './copied-members.js';
import { MembershipIndex } from './membership-index.js';

/** As PostgreSQL writes a text column. */
function copied(rows: ReadonlyArray<readonly [number, string]>): Buffer {
  const letters: Readonly<Record<string, string>> = {
    '\b': 'b',
    '\f': 'f',
    '\n': 'n',
    '\r': 'r',
    '\t': 't',
    '\v': 'v',
    '\\': '\\',
  };
  const escaped = (key: string): string =>
    key.replace(/[\b\f\n\r\t\v\\]/g, (letter) => `\\${letters[letter] ?? ''}`);
  return Buffer.from(rows.map(([id, key]) => `${id}\t${escaped(key)}\n`).join(''));
}

const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const escapes = fc.string({
  unit: fc.constantFrom('\\', '\n', '\t', 'n', 'é', '\b'),
  minLength: 1,
});
const rows = fc.array(fc.tuple(fc.constantFrom(7, 2 ** 48 - 1), fc.oneof(key, escapes)));

describe('members copied out of PostgreSQL', () => {
  it('are in the index as if they were set one by one, wherever chunks are cut', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.nat({ max: 40 })), (members, cuts) => {
        const index = new MembershipIndex(Buffer.alloc(8, 1));
        const reader = new CopiedMembers((...row) => index.addUtf8(...row));
        let rest = copied(members);
        for (const cut of cuts) {
          reader.read(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        reader.read(rest);
        const expected = new MembershipIndex(Buffer.alloc(8, 1));
        for (const [id, member] of members) expected.set(id, member, true);
        for (const [id, member] of members) expect(index.has(id, member)).toBe(true);
        expect(index.count(7)).toBe(expected.count(7));
        expect(index.count(2 ** 48 - 1)).toBe(expected.count(2 ** 48 - 1));
      }),
    );
  });
});
