import type { Audience } from '../../src/audiences/audience.js';
import { readBaseConfig, type BaseConfig } from '../../src/configs/base-config.js';
import type { Segment } from '../../src/segments/segment.js';

/** An audience in memory, of destination `dest`. */
export function audience(id: number, over: Partial<Audience> = {}): Audience {
  return {
    id,
    destination: 'dest',
    computationId: `aud_${id}`,
    contextKind: 'user',
    key: `key_${id}`,
    slug: `key_${id}`,
    name: `Key ${id}`,
    attribute: 'Identifier',
    status: 'live',
    ...over,
  };
}

/** The segment that an event made of an audience. */
export function segment(audienceId: number, over: Partial<Segment> = {}): Segment {
  return {
    id: `segment-${audienceId}`,
    product: 'default',
    name: `Key ${audienceId}`,
    audienceId,
    delivery: 'auto',
    conditions: undefined,
    overlay: false,
    version: 1,
    ...over,
  };
}

export function byId(...audiences: readonly Audience[]): ReadonlyMap<number, Audience> {
  return new Map(audiences.map((one) => [one.id, one]));
}

/** A base config: one flag `base_flag` that is on for the users of segment `Beta`. */
export function baseConfig(
  over: Readonly<Record<string, unknown>> = {},
  etag?: string,
): BaseConfig {
  return readBaseConfig(
    JSON.stringify({
      p: { u: 'https://cdn-global.configcat.com', r: 0, s: 'salt' },
      s: [
        { n: 'Alpha', r: [{ a: 'Email', c: 28, s: 'a@example.com' }] },
        { n: 'Beta', r: [{ a: 'Email', c: 28, s: 'b@example.com' }] },
      ],
      f: {
        base_flag: {
          t: 0,
          v: { b: false },
          i: 'off',
          r: [{ c: [{ s: { s: 1, c: 0 } }], s: { v: { b: true }, i: 'on' } }],
        },
      },
      ...over,
    }),
    etag,
  );
}
