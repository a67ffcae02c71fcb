import { describe, expect, it } from 'vitest';
import { audience, byId, segment } from '../../test/support/definitions.js';
import { sameDefinitions, visible } from './visible-definitions.js';

const view = {
  product: 'default',
  sees: ({ destination }: { destination: string }) => destination === 'dest',
};
const all = () => ({
  audiences: byId(audience(1), audience(2), audience(3, { destination: 'hidden' })),
  segments: [segment(1), segment(2), segment(3, { product: 'another' })],
  salt: 'salt',
});

describe('what a product sees of the definitions', () => {
  it('are its segments, and the audiences of its destinations', () => {
    const seen = visible(all(), view);
    expect([...seen.audiences.keys()]).toEqual([1, 2]);
    expect(seen.segments.map(({ audienceId }) => audienceId)).toEqual([1, 2]);
  });

  it('is the same when it was read anew', () => {
    expect(sameDefinitions(visible(all(), view), visible(all(), view))).toBe(true);
  });

  it.each([
    ['an audience changed', { audiences: byId(audience(1, { status: 'archived' }), audience(2)) }],
    ['an audience went', { audiences: byId(audience(1)) }],
    ['an audience came', { audiences: byId(audience(1), audience(2), audience(4)) }],
    ['a segment changed', { segments: [segment(1, { overlay: true, version: 2 }), segment(2)] }],
    [
      'an audience came that a segment had named',
      { segments: [segment(1, { audienceId: 7 }), segment(2)] },
    ],
    ['segments changed their order', { segments: [segment(2), segment(1)] }],
    ['a segment went', { segments: [segment(1)] }],
    ['the salt changed', { salt: 'another' }],
  ])('is another when %s', (_name, over) => {
    expect(sameDefinitions(visible(all(), view), visible({ ...all(), ...over }, view))).toBe(false);
  });

  it('is the same when something changed that it does not see', () => {
    const changed = { ...all(), segments: [segment(1), segment(2)] };
    expect(sameDefinitions(visible(all(), view), visible(changed, view))).toBe(true);
  });
});
