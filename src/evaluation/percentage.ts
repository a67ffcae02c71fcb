import { toText } from './attribute-value.js';
import type { PercentageOptionJson } from './config-json.js';
import type { Evaluation } from './evaluation.js';
import { evaluationOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { Run } from './run.js';
import type { AttributeReader } from './scope.js';
import { PrefixedSha1 } from './sha1.js';

/** Decides what is served; undefined when it can't be computed for this user. */
export type Decision = (run: Run) => Evaluation | undefined;

/** What percentage options are compiled with. */
export interface PercentageContext {
  readonly key: string;
  readonly settingType: number;
  readonly read: AttributeReader;
  readonly ruleIndex: number | undefined;
}

/** Compiles percentage options to a table of the 100 buckets. */
export function compilePercentage(
  options: readonly PercentageOptionJson[],
  context: PercentageContext,
): Decision {
  const { read } = context;
  const sha1 = new PrefixedSha1(context.key);
  const table = bucketTable(options, context);
  return (run) => {
    const value = read(run);
    if (value === undefined || value === null) return undefined;
    const bucket = table[sha1.start(toText(value)) % 100];
    return typeof bucket === 'object' ? bucket : invalidModel(bucket ?? SUM_TOO_SMALL);
  };
}

const SUM_TOO_SMALL = 'Sum of percentage option percentages is less than 100.';

/** For each bucket what is served, or why nothing can be. */
function bucketTable(
  options: readonly PercentageOptionJson[],
  { settingType, ruleIndex: matchedRuleIndex }: PercentageContext,
): (Evaluation | string)[] {
  const table: (Evaluation | string)[] = [];
  for (const [matchedOptionIndex, option] of options.entries()) {
    if (option.p < 0) return fillUp(table, 100, 'Percentage option percentage is invalid.');
    const evaluation = evaluationOf(option, settingType, { matchedRuleIndex, matchedOptionIndex });
    const end = Math.min(table.length + option.p, 100);
    fillUp(table, end, evaluation ?? 'Setting value is missing or invalid.');
  }
  return fillUp(table, 100, SUM_TOO_SMALL);
}

function fillUp<T>(table: T[], end: number, item: T): T[] {
  while (table.length < end) table.push(item);
  return table;
}
