import { describe, expect, it } from 'vitest';
import { audience, baseConfig, byId, segment } from '../../test/support/definitions.js';
import { compose, type Ingredients } from './composition.js';

const composed = (over: Partial<Ingredients> = {}) =>
  compose({
    base: baseConfig(),
    segments: [segment(1)],
    audiences: byId(audience(1)),
    audienceFlags: true,
    salt: 'ours',
    publicUrl: undefined,
    ...over,
  });
const names = ({ config }: ReturnType<typeof composed>) => config.s?.map(({ n }) => n);

describe('a composed config', () => {
  it('is the base, byte for byte, where nothing of ours is in it', () => {
    const base = baseConfig();
    expect(composed({ base, segments: [] }).verbatim).toBe(base.json);
    expect(composed({ base, audienceFlags: false }).verbatim).toBe(base.json);
    expect(composed({ base }).verbatim).toBeUndefined();
    expect(composed({ base: undefined, segments: [] }).verbatim).toBeUndefined();
  });

  it('redirects nobody, also where its base does', () => {
    const base = baseConfig({ p: { u: 'https://elsewhere', r: 2, s: 'salt' } });
    const { config, verbatim } = composed({ base, segments: [] });
    expect(verbatim).toBeUndefined();
    expect(config.p).toEqual({ u: 'https://elsewhere', r: 0, s: 'salt' });
  });

  it('has our own address where one is set, and the salt of the database without a base', () => {
    expect(composed({ publicUrl: 'https://flags.example' }).config.p?.u).toBe(
      'https://flags.example',
    );
    expect(composed({ base: undefined }).config.p).toEqual({ r: 0, s: 'ours' });
    expect(composed({ base: baseConfig({ p: { u: 'x', r: 0 } }) }).salt).toBe('ours');
    expect(composed({ base: baseConfig({ p: { u: 'x', r: 0, s: '' } }) }).salt).toBe('');
  });

  it('appends the segments of audience flags behind those of the base', () => {
    const composition = composed();
    expect(names(composition)).toEqual(['Alpha', 'Beta', 'Key 1']);
    expect([...composition.placed.keys()]).toEqual([2]);
    expect(composition.config.f?.['audience_key_1']).toEqual({
      t: 0,
      v: { b: false },
      // The first 8 hex of SHA-1('audience_key_1:false') and ('audience_key_1:true').
      i: '2e779973',
      r: [{ c: [{ s: { s: 2, c: 0 } }], s: { v: { b: true }, i: 'bdd9e23d' } }],
    });
  });

  it('puts an overlay in the place of the base segment of its name, where flags refer to it', () => {
    const composition = composed({
      segments: [segment(1, { name: 'Beta', overlay: true })],
      audienceFlags: false,
    });
    expect(names(composition)).toEqual(['Alpha', 'Beta']);
    expect(composition.config.s?.[1]).toEqual({ n: 'Beta', r: [] });
    expect(composition.placed.get(1)?.audience.id).toBe(1);
  });

  it('lets the flag of an overlaid audience refer to that place, and appends nothing', () => {
    const composition = composed({ segments: [segment(1, { name: 'Beta', overlay: true })] });
    expect(names(composition)).toEqual(['Alpha', 'Beta']);
    expect(composition.config.f?.['audience_key_1']?.r?.[0]?.c?.[0]).toEqual({ s: { s: 1, c: 0 } });
  });

  it('never lets a segment that is no overlay take a place', () => {
    const composition = composed({
      segments: [segment(1, { name: 'Beta' })],
      audienceFlags: false,
    });
    expect(composition.placed.size).toBe(0);
  });

  it('evaluates the conditions of an overlay in clear, whoever may see them', () => {
    const conditions = [
      {
        comparisonAttribute: 'Email',
        comparator: 'sensitiveIsOneOf',
        comparisonValue: { listValue: [{ value: 'ada@example.com' }] },
      },
    ] as const;
    const overlay = segment(1, { name: 'Beta', overlay: true, audienceId: undefined, conditions });
    const composition = composed({ segments: [overlay] });
    expect(composition.config.s?.[1]).toEqual({
      n: 'Beta',
      r: [{ a: 'Email', c: 0, l: ['ada@example.com'] }],
    });
    expect(composition.conditioned.get(1)).toBe(overlay);
    expect(composition.verbatim).toBeUndefined();
  });

  it('has nobody in an overlay whose audience has not come yet', () => {
    const overlay = segment(1, { name: 'Beta', overlay: true, audienceId: undefined });
    const { config } = composed({ segments: [overlay] });
    expect(config.s?.[1]).toEqual({ n: 'Beta', r: [{ a: 'Identifier', c: 0, l: [] }] });
  });

  it('serves no segment that no flag refers to', () => {
    const segments = [segment(1), segment(1, { id: 'younger', name: 'Again' })];
    expect(names(composed({ segments }))).toEqual(['Alpha', 'Beta', 'Key 1']);
  });

  it('serves nothing of an audience that the product does not see', () => {
    const segments = [segment(2), segment(3, { name: 'Alpha', overlay: true })];
    const composition = composed({ segments });
    expect(composition.placed.size).toBe(0);
    expect(composition.verbatim).toBeDefined();
  });

  it('leaves a flag of the base alone that has the name of an audience flag', () => {
    const flag = { t: 1, v: { s: 'mine' }, i: 'x' };
    const composition = composed({ base: baseConfig({ f: { audience_key_1: flag } }) });
    expect(composition.config.f).toEqual({ audience_key_1: flag });
    expect(composition.verbatim).toBeDefined();
  });

  it('takes any slug for a name, also one that means something to JavaScript', () => {
    const odd = byId(audience(1, { slug: '__proto__' }));
    const flags = composed({ base: undefined, audiences: odd }).config.f ?? {};
    expect(Object.keys(flags)).toEqual(['audience___proto__']);
  });

  it('does not change its base', () => {
    const base = baseConfig();
    const before = JSON.stringify(base.config);
    composed({ base, segments: [segment(1, { name: 'Beta', overlay: true })] });
    expect(JSON.stringify(base.config)).toBe(before);
  });
});
