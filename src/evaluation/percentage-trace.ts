import { toText } from './attribute-value.js';
import { valueText } from './condition-text.js';
import type { PercentageOptionJson, SettingJson } from './config-json.js';
import { valueOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { Run } from './run.js';
import type { Scope } from './scope.js';
import { PrefixedSha1 } from './sha1.js';
import type { PercentageTrace } from './trace.js';

/** Where percentage options stand. */
export interface PercentagePlace {
  readonly key: string;
  readonly setting: SettingJson;
  readonly scope: Scope;
}

/** Begins to trace percentage options: whose bucket, or what is missing for one. */
export function tracePercentage(
  run: Run,
  { key, setting, scope }: PercentagePlace,
): PercentageTrace {
  const attribute = setting.a ?? 'Identifier';
  if (run.user === undefined) return { attribute, missing: 'user' };
  const value = scope.percentageReader(attribute)(run);
  if (value === undefined || value === null) return { attribute, missing: 'attribute' };
  return { attribute, bucket: new PrefixedSha1(key).start(toText(value)) % 100 };
}

/** Traces which option is selected; undefined when the options are skipped. */
export function traceOption(
  trace: PercentageTrace,
  options: readonly PercentageOptionJson[],
  settingType: number,
): PercentageOptionJson | undefined {
  if (trace.bucket === undefined) return undefined;
  let end = 0;
  for (const [index, option] of options.entries()) {
    if (option.p < 0) invalidModel('Percentage option percentage is invalid.');
    end += option.p;
    if (trace.bucket < end) {
      trace.option = { index, share: option.p, value: valueText(valueOf(option.v, settingType)) };
      return option;
    }
  }
  return invalidModel('Sum of percentage option percentages is less than 100.');
}
