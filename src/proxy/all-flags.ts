import type { FlagEvaluation } from '../evaluation/compile.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import { jsonText } from '../evaluation/json-text.js';

const FAILED = '{"value":null,"variationId":""}';

/**
 * Outcomes are shared by all who are served them, and each belongs to one flag. Writing the keys anew
 * took half of the time that answering with 50 flags does.
 */
const made = new WeakMap<Evaluation, string>();

/** `{"<key>":{"value":…,"variationId":"…"},…}`, in the order of the keys; a failed flag has no value. */
export function allFlagsJson(flags: readonly FlagEvaluation[]): string {
  return `{${flags.map(memberJson).join(',')}}`;
}

function memberJson({ key, evaluation }: FlagEvaluation): string {
  if (evaluation === null) return `${jsonText(key)}:${FAILED}`;
  let json = made.get(evaluation);
  if (json === undefined) {
    json = `${jsonText(key)}:${evaluation.json}`;
    made.set(evaluation, json);
  }
  return json;
}
