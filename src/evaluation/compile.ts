import type { ConfigJson, SettingJson } from './config-json.js';
import type { Evaluation } from './evaluation.js';
import { Flag } from './flag.js';
import { FlagNotFoundError } from './flag-not-found-error.js';
import { InvalidModelError } from './invalid-model-error.js';
import { compareUtf8 } from './utf8.js';
import { deepFlags } from './prerequisite-graph.js';
import { reachOf } from './reach.js';
import { Run } from './run.js';
import type { DerivedAttributes } from './scope.js';
import { Scope } from './scope.js';
import type { AudienceSegment } from './segment.js';
import { Segments } from './segment.js';
import type { User } from './user.js';

export type { AudienceSegment } from './segment.js';

export interface CompileOptions {
  /**
   * Segments, by their index in root.s, that stand for an audience: evaluated as *attribute IS
   * ONE OF (hashed)*, answered by `has`, whatever conditions the JSON carries for SDKs.
   */
  readonly audienceSegments?: ReadonlyMap<number, AudienceSegment>;
  /**
   * Attributes that are computed here, wherever a condition or percentages read them; what the
   * user carries under such a name is ignored. Undefined is answered when it can't be computed.
   */
  readonly derivedAttributes?: DerivedAttributes;
}

/** What a flag gives a user, among all flags; null when that flag failed. */
export interface FlagEvaluation {
  readonly key: string;
  readonly evaluation: Evaluation | null;
}

/**
 * Prepares a config for evaluation. Flags, lists and tables are made when they are first asked
 * for, so this costs far less than parsing the JSON.
 */
export function compileConfig(config: ConfigJson, options: CompileOptions = {}): CompiledConfig {
  return new CompiledConfig(config, options);
}

/** How many flags may stand on one another on the stack; deeper ones are decided without it. */
const DIRECT_DEPTH = 32;

export class CompiledConfig {
  /** The keys of the flags, sorted by their UTF-8 bytes. */
  readonly keys: readonly string[];
  private readonly flags: ReadonlyMap<string, Flag>;
  private readonly sorted: readonly Flag[];

  constructor(
    private readonly config: ConfigJson,
    private readonly options: CompileOptions,
  ) {
    const settings = new Map(Object.entries(config.f ?? {}));
    this.flags = compileFlags(config, settings, options);
    this.sorted = [...this.flags.values()].toSorted((a, b) => compareUtf8(a.key, b.key));
    this.keys = this.sorted.map((flag) => flag.key);
  }

  has(key: string): boolean {
    return this.flags.has(key);
  }

  /** What a flag serves the user. Throws FlagNotFoundError or InvalidModelError. */
  evaluate(key: string, user: User | undefined): Evaluation {
    const flag = this.flags.get(key);
    if (!flag) throw new FlagNotFoundError(key);
    return flag.constant ?? flag.evaluate(new Run(user));
  }

  /** What each flag serves the user, in the order of `keys`; a flag that fails spoils no other. */
  evaluateAll(user: User | undefined): readonly FlagEvaluation[] {
    const run = new Run(user);
    return this.sorted.map((flag) => ({ key: flag.key, evaluation: evaluateOrNull(flag, run) }));
  }

  /** The audience segments (indices) that evaluating the flag may ask, also by prerequisites. */
  audienceSegmentsOf(key: string): ReadonlySet<number> {
    const audiences = this.options.audienceSegments;
    return filterSet(reachOf(key, this.config).segments, (index) => audiences?.has(index));
  }

  /** The derived attributes the flag may read, also through segments and prerequisites. */
  derivedAttributesOf(key: string): ReadonlySet<string> {
    const derived = this.options.derivedAttributes;
    return filterSet(reachOf(key, this.config).attributes, (name) => derived?.has(name));
  }
}

function compileFlags(
  config: ConfigJson,
  settings: ReadonlyMap<string, SettingJson>,
  options: CompileOptions,
): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  const derived: DerivedAttributes = options.derivedAttributes ?? new Map();
  const scopeOf = (context: string): Scope => new Scope(config.p?.s ?? undefined, context, derived);
  let deep: ReadonlySet<string> | undefined;
  const surroundings = {
    segments: new Segments(config.s ?? [], options.audienceSegments ?? new Map(), scopeOf),
    flag: (key: string) => flags.get(key),
    scopeOf,
    isDeep: (key: string) => (deep ??= deepFlags(settings, DIRECT_DEPTH)).has(key),
  };
  for (const [key, setting] of settings) flags.set(key, new Flag(key, setting, surroundings));
  return flags;
}

function evaluateOrNull(flag: Flag, run: Run): Evaluation | null {
  try {
    return flag.constant ?? run.decidedOf(flag) ?? flag.evaluate(run);
  } catch (error) {
    if (error instanceof InvalidModelError) return null;
    throw error;
  }
}

function filterSet<T>(set: ReadonlySet<T>, keep: (item: T) => boolean | undefined): ReadonlySet<T> {
  return new Set([...set].filter((item) => keep(item)));
}
