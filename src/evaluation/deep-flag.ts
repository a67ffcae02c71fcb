import { refuseCycle } from './cycle.js';
import type { Evaluation } from './evaluation.js';
import type { Decidable, Run } from './run.js';
import { Awaited } from './run.js';

/**
 * Decides a flag whose prerequisites form a deep chain or a cycle, without recursion: a flag that
 * asks for a deep prerequisite is left, the prerequisite decided, and the flag begun again. What
 * is on the way is the path of the SDK, so a cycle is found and worded as there.
 */
export function decideDeep(flag: Decidable, run: Run): Evaluation {
  const path = new Set<Decidable>([flag]);
  const left: Decidable[] = [];
  let current = flag;
  for (;;) {
    const evaluation = decideOrAwait(current, run);
    if (evaluation instanceof Awaited) {
      if (path.has(evaluation.flag)) refuseCycle([...path, evaluation.flag].map(({ key }) => key));
      path.add(evaluation.flag);
      left.push(current);
      current = evaluation.flag;
    } else {
      path.delete(current);
      const next = left.pop();
      if (next === undefined) return evaluation;
      current = next;
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
