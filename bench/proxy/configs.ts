import type { ConfigJson, SettingJson } from '../../src/evaluation/config-json.js';

const EMAIL_CONTAINS = 2;

/** So many flags, each with a rule over a text and a percentage split. */
export function configOf(flags: number): ConfigJson {
  const all: Record<string, SettingJson> = {};
  for (let n = 0; n < flags; n += 1) all[`flag_${n}`] = flag(n);
  return { p: { r: 0, s: 'bench' }, s: [], f: all };
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
  const domains = [`@example-${n}.com`, `@beta-${n * 7}.example`];
  return {
    t: 1,
    v: { s: `off-${n}` },
    i: id(0),
    r: [
      {
        c: [{ u: { a: 'Email', c: EMAIL_CONTAINS, l: domains } }],
        s: { v: { s: `on-${n}` }, i: id(1) },
      },
    ],
    p: [
      { p: 30, v: { s: `some-${n}` }, i: id(2) },
      { p: 70, v: { s: `others-${n}` }, i: id(3) },
    ],
  };
}
