import type { FlagEvaluation } from '../evaluation/compile.js';
import { jsonText } from '../evaluation/json-text.js';

const FAILED = '{"value":null,"variationId":""}';

/** `{"<key>":{"value":…,"variationId":"…"},…}`, in the order of the keys; a failed flag has no value. */
export function allFlagsJson(flags: readonly FlagEvaluation[]): string {
  const members = flags.map(
    ({ key, evaluation }) => `${jsonText(key)}:${evaluation?.json ?? FAILED}`,
  );
  return `{${members.join(',')}}`;
}
