import type { ConfigJson, RuleJson, SettingJson } from './config-json.js';

/** What evaluating a flag may read, also through segments and prerequisites. */
export interface Reach {
  /** Attributes of the user. */
  readonly attributes: ReadonlySet<string>;
  /** Indices of segments. */
  readonly segments: ReadonlySet<number>;
}

/** Finds out what a flag may read; walks prerequisites without recursion, each flag once. */
export function reachOf(key: string, config: ConfigJson): Reach {
  const reach = { attributes: new Set<string>(), segments: new Set<number>() };
  const seen = new Set([key]);
  for (const flag of seen) {
    const setting = settingOf(config, flag);
    if (!setting) continue;
    if (setting.a != null) reach.attributes.add(setting.a);
    for (const rule of setting.r ?? []) addRule(rule, reach, seen);
  }
  for (const index of reach.segments) {
    for (const { a } of config.s?.[index]?.r ?? []) reach.attributes.add(a);
  }
  return reach;
}

function settingOf(config: ConfigJson, key: string): SettingJson | undefined {
  return config.f && Object.hasOwn(config.f, key) ? config.f[key] : undefined;
}

function addRule(
  rule: RuleJson,
  reach: { attributes: Set<string>; segments: Set<number> },
  seen: Set<string>,
): void {
  for (const { u, p, s } of rule.c ?? []) {
    if (u) reach.attributes.add(u.a);
    if (p) seen.add(p.f);
    if (s) reach.segments.add(s.s);
  }
}
