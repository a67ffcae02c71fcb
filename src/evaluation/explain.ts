import { printable } from './attribute-value.js';
import { evaluationLog } from './evaluation-log.js';
import type { Evaluation } from './evaluation.js';
import type { Flag } from './flag.js';
import type { TracedConfig } from './flag-tracer.js';
import { FlagTracer } from './flag-tracer.js';
import { InvalidModelError } from './invalid-model-error.js';
import { Run } from './run.js';
import type { FlagTrace } from './trace.js';
import type { User } from './user.js';

/** How a flag came to what it serves a user. */
export interface Explanation {
  /** What is served; undefined when the evaluation failed. */
  readonly evaluation: Evaluation | undefined;
  /** Why the evaluation failed. */
  readonly error: InvalidModelError | undefined;
  /** The rules, conditions and percentages that were reached, with their outcomes. */
  readonly trace: FlagTrace;
  /** The same in the words of the SDK's evaluation log, with \\n between lines. */
  readonly log: string;
}

/** Explains a flag. Takes its time and is no part of the serving. */
export function explainFlag(
  flag: Flag,
  { config, user }: { config: TracedConfig; user: User | undefined },
): Explanation {
  const trace: FlagTrace = { key: flag.key, rules: [] };
  attempt(() => new FlagTracer(config, new Run(user)).trace(flag.setting, trace));
  const { result: evaluation, error } = attempt(() => flag.evaluate(new Run(user)));
  const log = evaluationLog({
    trace,
    user: user && userJson(user),
    returned: String(evaluation?.value ?? null),
  });
  return { evaluation, error, trace, log };
}

function attempt<T>(action: () => T): {
  result: T | undefined;
  error: InvalidModelError | undefined;
} {
  try {
    return { result: action(), error: undefined };
  } catch (error) {
    if (error instanceof InvalidModelError) return { result: undefined, error };
    throw error;
  }
}

/** The user as the log shows it: the three that all users have, then the custom ones. */
function userJson({ Identifier, Email, Country, ...custom }: User): string {
  const known = { Identifier: Identifier ?? '', Email, Country };
  const entries = Object.entries({ ...known, ...custom }).filter(([, value]) => value != null);
  try {
    return JSON.stringify(Object.fromEntries(entries));
  } catch {
    return printable(known.Identifier);
  }
}
