import type { CompiledConfig, FlagEvaluation } from '../evaluation/compile.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { allFlagsJson } from './all-flags.js';
import { entityTag } from './etag.js';

/** An answer to all flags of somebody, and the tag that names it. */
export interface AllFlagsAnswer {
  readonly json: string;
  readonly etag: string;
}

interface Remembered extends AllFlagsAnswer {
  readonly outcomes: readonly (Evaluation | null)[];
}

/** Users mostly fall into a few kinds. To compare with each of them costs less than to join and hash anew. */
const MAX_REMEMBERED = 16;

/**
 * The last different answers of each config. Outcomes are shared by all who are served them, so the
 * same outcomes are the same text: joining and hashing it took a quarter of a request.
 */
export class AllFlagsMemory {
  private readonly byConfig = new WeakMap<CompiledConfig, Remembered[]>();

  answer(config: CompiledConfig, flags: readonly FlagEvaluation[]): AllFlagsAnswer {
    let remembered = this.byConfig.get(config);
    if (remembered === undefined) {
      remembered = [];
      this.byConfig.set(config, remembered);
    }
    const known = remembered.find(({ outcomes }) => isSame(outcomes, flags));
    if (known !== undefined) return known;
    const json = allFlagsJson(flags);
    const outcomes = flags.map(({ evaluation }) => evaluation);
    const answer = { json, etag: entityTag(json), outcomes };
    if (remembered.length === MAX_REMEMBERED) remembered.shift();
    remembered.push(answer);
    return answer;
  }
}

/** Both are in the order of the config's keys. */
function isSame(
  outcomes: readonly (Evaluation | null)[],
  flags: readonly FlagEvaluation[],
): boolean {
  for (let index = 0; index < flags.length; index += 1) {
    if (outcomes[index] !== flags[index]?.evaluation) return false;
  }
  return true;
}
