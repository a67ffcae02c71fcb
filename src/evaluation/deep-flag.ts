import { refuseCycle } from './cycle.js';
import type { Evaluation } from './evaluation.js';
import { InvalidModelError } from './invalid-model-error.js';
import type { Decidable, Run } from './run.js';
import { Awaited } from './run.js';

/**
 * Decides a flag whose prerequisites form a deep chain or a cycle, without recursion: a flag that
 * asks for a deep prerequisite is left, the prerequisite decided, and the flag gone on with where
 * it was left. What is on the way is the path of the SDK, so a cycle is found and worded as there.
 */
export function decideDeep(flag: Decidable, run: Run): Evaluation {
  const path = new Set([flag]);
  try {
    return decideAlong(path, run);
  } catch (error) {
    // What one flag on the way fails with fails all before it: they have asked for it.
    if (error instanceof InvalidModelError) run.fail(path, error);
    throw error;
  }
}

/** Decides the first flag of the path, going further and back as flags ask for one another. */
function decideAlong(path: Set<Decidable>, run: Run): Evaluation {
  const flags = [...path];
  for (;;) {
    const current = flags.at(-1);
    if (current === undefined) throw new TypeError('The path has no flag.');
    const evaluation = decideOrAwait(current, run);
    if (evaluation instanceof Awaited) {
      const { flag } = evaluation;
      if (path.has(flag)) refuseCycle([...flags, flag].map(({ key }) => key));
      path.add(flag);
      flags.push(flag);
    } else {
      if (flags.length === 1) return evaluation;
      path.delete(current);
      flags.pop();
    }
  }
}

function decideOrAwait(flag: Decidable, run: Run): Evaluation | Awaited {
  try {
    return run.decide(flag);
  } catch (error) {
    if (error instanceof Awaited) return error;
    throw error;
  }
}
