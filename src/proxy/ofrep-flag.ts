import { flagValueJson, type Evaluation } from '../evaluation/evaluation.js';
import { jsonText } from '../evaluation/json-text.js';

/** Outcomes are shared by all who are served them, and each belongs to one flag. */
const made = new WeakMap<Evaluation, string>();

/** `{"key","reason","variant","value"}`, in this order. */
export function ofrepFlag(key: string, evaluation: Evaluation): string {
  let json = made.get(evaluation);
  if (json === undefined) {
    const { value, variationId, matchedRuleIndex, matchedOptionIndex } = evaluation;
    const isMatch = matchedRuleIndex !== undefined || matchedOptionIndex !== undefined;
    const reason = isMatch ? 'TARGETING_MATCH' : 'DEFAULT';
    const variant = jsonText(variationId ?? '');
    json = `{"key":${jsonText(key)},"reason":"${reason}","variant":${variant},"value":${flagValueJson(value)}}`;
    made.set(evaluation, json);
  }
  return json;
}
