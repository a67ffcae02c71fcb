import type { ConfigJson } from './config-json.js';
import type { Evaluation } from './evaluation.js';
import type { Explanation } from './explain.js';
import { explainFlag } from './explain.js';
import { FlagNotFoundError } from './flag-not-found-error.js';
import type { Flag } from './flag.js';
import { InvalidModelError } from './invalid-model-error.js';
import type { CompileOptions } from './model.js';
import { Model } from './model.js';
import { Run } from './run.js';
import type { User } from './user.js';

export type { CompileOptions } from './model.js';
export type { AudienceSegment } from './segment.js';

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

export class CompiledConfig {
  /** The keys of the flags, sorted by their UTF-8 bytes. */
  readonly keys: readonly string[];
  private readonly model: Model;
  private sorted: readonly Flag[] | undefined;
  private evaluations = 0;

  constructor(config: ConfigJson, options: CompileOptions) {
    this.model = new Model(config, options);
    this.keys = this.model.keys;
  }

  /** How many flags were evaluated for somebody. */
  get evaluated(): number {
    return this.evaluations;
  }

  has(key: string): boolean {
    return this.model.has(key);
  }

  /** What a flag serves the user. Throws FlagNotFoundError or InvalidModelError. */
  evaluate(key: string, user: User | undefined): Evaluation {
    const flag = this.model.flag(key);
    if (!flag) throw new FlagNotFoundError(key);
    this.evaluations += 1;
    return flag.constant ?? flag.direct?.(user) ?? flag.evaluate(new Run(user));
  }

  /** What each flag serves the user, in the order of `keys`; a flag that fails spoils no other. */
  evaluateAll(user: User | undefined): readonly FlagEvaluation[] {
    const run = new Run(user);
    this.sorted ??= this.keys.flatMap((key) => this.model.flag(key) ?? []);
    this.evaluations += this.sorted.length;
    return this.sorted.map((flag) => ({ key: flag.key, evaluation: evaluateOrNull(flag, run) }));
  }

  /** How a flag comes to what it serves, also when it fails. Throws FlagNotFoundError. */
  explain(key: string, user: User | undefined): Explanation {
    const flag = this.model.flag(key);
    if (!flag) throw new FlagNotFoundError(key);
    return explainFlag(flag, { config: this.model, user });
  }

  /** The audience segments (indices) that evaluating the flag may ask, also by prerequisites. */
  audienceSegmentsOf(key: string): ReadonlySet<number> {
    return this.model.reachOf(key).audiences;
  }

  /** The derived attributes the flag may read, also through segments and prerequisites. */
  derivedAttributesOf(key: string): ReadonlySet<string> {
    return this.model.reachOf(key).derived;
  }
}

function evaluateOrNull(flag: Flag, run: Run): Evaluation | null {
  try {
    return flag.constant ?? run.decidedOf(flag) ?? flag.evaluate(run);
  } catch (error) {
    if (error instanceof InvalidModelError) return null;
    throw error;
  }
}
