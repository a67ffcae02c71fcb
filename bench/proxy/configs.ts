import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';

const EMAIL_CONTAINS = 2;
const COUNTRY_IS_ONE_OF = 0;

/** So many flags: simple, text, percentage and segment flags in turn. */
export function configOf(flags: number): ConfigJson {
  const all: Record<string, SettingJson> = {};
  for (let n = 0; n < flags; n += 1) all[`flag_${n}`] = flag(n);
  const beta = { n: 'beta', r: [{ a: 'Email', c: EMAIL_CONTAINS, l: ['@beta.example'] }] };
  return { p: { r: 0, s: 'bench' }, s: [beta], f: all };
}

/** The config that is about this long. */
export function configOfBytes(bytes: number): ConfigJson {
  const [few, many] = [configOf(100), configOf(200)].map((json) => JSON.stringify(json).length);
  const flagBytes = ((many ?? 0) - (few ?? 0)) / 100;
  return configOf(Math.round(bytes / flagBytes));
}

function flag(n: number): SettingJson {
  const id = (variation: number): string =>
    ((n + 1) * 0x1f123bb5 + variation).toString(16).slice(-8);
  const off: SettingJson = { t: 1, v: { s: `off-${n}` }, i: id(0) };
  const on = { v: { s: `on-${n}` }, i: id(1) };
  const domains = [`@example-${n}.com`, `@partner-${n * 7}.example`];
  switch (n % 4) {
    case 0:
      return off;
    case 1:
      return {
        ...off,
        r: [
          { c: [{ u: { a: 'Email', c: EMAIL_CONTAINS, l: domains } }], s: on },
          { c: [{ u: { a: 'Country', c: COUNTRY_IS_ONE_OF, l: ['US', 'CA'] } }], s: on },
        ],
      };
    case 2:
      return {
        ...off,
        p: [
          { p: 30, ...on },
          { p: 70, v: { s: `others-${n}` }, i: id(2) },
        ],
      };
    default:
      return { ...off, r: [{ c: [{ s: { s: 0, c: 0 } }], s: on }] };
  }
}
