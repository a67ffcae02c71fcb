import { prerequisiteText, valueText } from './condition-text.js';
import type {
  ConditionJson,
  PercentageOptionJson,
  PrerequisiteConditionJson,
  RuleJson,
  ServedJson,
  SettingJson,
} from './config-json.js';
import { valueOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { PercentagePlace } from './percentage-trace.js';
import { traceOption, tracePercentage } from './percentage-trace.js';
import { comparisonOf } from './prerequisite.js';
import { withPolarity } from './polarity.js';
import { refuseCycle } from './cycle.js';
import type { FlagValue } from './evaluation.js';
import type { Flag } from './flag.js';
import type { Run } from './run.js';
import { hasSettingType } from './setting-type.js';
import type { SegmentSource } from './segment.js';
import { firstNotTrue, traceSegmentCondition } from './segment-trace.js';
import type { FlagTrace, PrerequisiteTrace, RuleTrace, TraceOutcome } from './trace.js';
import { traceUserCondition } from './user-condition-trace.js';

/** What is traced: the config as it came, and its flags compiled. */
export interface TracedConfig extends SegmentSource {
  flag(key: string): Flag | undefined;
}

/** How deep prerequisites are told one inside of the other; deeper ones only by their value. */
const TOLD_DEPTH = 50;

/**
 * How many rules and conditions are told before further prerequisites are told only by their value.
 * Where flags share prerequisites the tree doubles with each level: 18 levels made 370 MB of log.
 */
const TOLD_PARTS = 10_000;

/**
 * Walks a flag as the SDK does and writes down what it meets. Conditions are the compiled ones;
 * only the order of things is told a second time here, and a test holds it against the SDK's log.
 */
export class FlagTracer {
  /** The keys of the flags that are being walked. */
  private readonly path: string[] = [];
  /** How many rules and conditions were told. */
  private told = 0;

  constructor(
    private readonly config: TracedConfig,
    private readonly run: Run,
  ) {}

  /** Fills the trace of a flag; answers what is served. Throws InvalidModelError. */
  trace(setting: SettingJson, trace: FlagTrace): ServedJson {
    if (!hasSettingType(setting)) invalidModel('Setting type is invalid.');
    const scope = this.config.scopeOf(trace.key);
    const place = { key: trace.key, setting, scope };
    for (const rule of setting.r ?? []) {
      const served = this.traceRule(rule, trace, place);
      if (served) return served;
    }
    return (setting.p?.length && this.tracePercentage(setting.p, trace, place)) || setting;
  }

  private traceRule(
    rule: RuleJson,
    flag: FlagTrace,
    place: PercentagePlace,
  ): ServedJson | undefined {
    const { c: conditions, s: served, p: options } = rule;
    const isPercentage = !served && !!options?.length;
    const trace: RuleTrace = {
      conditionCount: conditions?.length ?? 0,
      conditions: [],
      value: isPercentage
        ? undefined
        : valueText(served ? valueOf(served.v, place.setting.t) : undefined),
    };
    flag.rules.push(trace);
    this.told++;
    trace.outcome = firstNotTrue(conditions ?? [], (json) =>
      this.traceCondition(json, trace, place),
    );
    if (trace.outcome !== true) return undefined;
    if (isPercentage) return this.tracePercentage(options, trace, place);
    return served && !options
      ? served
      : invalidModel('Targeting rule THEN part is missing or invalid.');
  }

  private tracePercentage(
    options: readonly PercentageOptionJson[],
    trace: FlagTrace | RuleTrace,
    place: PercentagePlace,
  ): PercentageOptionJson | undefined {
    trace.percentage = tracePercentage(this.run, place);
    return traceOption(trace.percentage, options, place.setting.t);
  }

  private traceCondition(
    { u, p, s }: ConditionJson,
    { conditions: traces }: RuleTrace,
    { key, scope }: PercentagePlace,
  ): TraceOutcome {
    const { run } = this;
    this.told++;
    if (u && !p && !s) return traceUserCondition(u, { run, scope, traces });
    if (s && !u && !p) return traceSegmentCondition(s, this.config, { run, traces });
    if (!p || u || s) return invalidModel('Condition is missing or invalid.');
    const text = prerequisiteText(p, this.config.flag(p.f) !== undefined);
    const trace: PrerequisiteTrace = { kind: 'prerequisite', text };
    traces.push(trace);
    trace.outcome = this.tracePrerequisite(p, trace, key);
    return trace.outcome;
  }

  private tracePrerequisite(
    json: PrerequisiteConditionJson,
    trace: PrerequisiteTrace,
    key: string,
  ): TraceOutcome {
    const { prerequisite, expected, refusal } = comparisonOf(json, this.config.flag(json.f));
    if (!prerequisite) return invalidModel(refusal);
    this.path.push(key);
    if (this.path.includes(json.f)) refuseCycle([...this.path, json.f]);
    trace.flag = { key: json.f, rules: [] };
    const value = this.traceValue(prerequisite, trace.flag);
    this.path.pop();
    trace.value = String(value);
    return withPolarity(json.c, value === expected);
  }

  private traceValue(flag: Flag, trace: FlagTrace): FlagValue {
    if (this.path.length > TOLD_DEPTH || this.told > TOLD_PARTS) {
      return (this.run.decidedOf(flag) ?? flag.evaluate(this.run)).value;
    }
    const { v: value } = this.trace(flag.setting, trace);
    const { settingType } = flag;
    return valueOf(value, settingType) ?? invalidModel('Setting value is missing or invalid.');
  }
}
