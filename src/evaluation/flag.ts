import type { ConditionJson, RuleJson, SettingJson } from './config-json.js';
import { conjunctionOf } from './conjunction.js';
import { decideDeep } from './deep-flag.js';
import type { Evaluation } from './evaluation.js';
import { evaluationOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { Decision } from './percentage.js';
import { compilePercentage } from './percentage.js';
import type { PrerequisiteFlag } from './prerequisite.js';
import { compilePrerequisite, isSettingType } from './prerequisite.js';
import { compileRule } from './rule.js';
import type { Condition, Run } from './run.js';
import type { Scope } from './scope.js';
import type { Segments } from './segment.js';
import { compileUserCondition } from './user-condition.js';

/** What a flag knows of the config around it. */
export interface FlagSurroundings {
  readonly segments: Segments;
  flag(key: string): PrerequisiteFlag | undefined;
  scopeOf(context: string): Scope;
  isDeep(key: string): boolean;
}

/** One flag, compiled when it is first evaluated: most flags of a big config are asked seldom. */
export class Flag implements PrerequisiteFlag {
  private compiled: ((run: Run) => Evaluation) | undefined;

  constructor(
    readonly key: string,
    private readonly setting: SettingJson,
    private readonly surroundings: FlagSurroundings,
  ) {}

  get settingType(): number {
    return this.setting.t;
  }

  get isDeep(): boolean {
    return this.surroundings.isDeep(this.key);
  }

  /** What the flag serves. Throws InvalidModelError. */
  evaluate(run: Run): Evaluation {
    return run.decidedOf(this) ?? (this.isDeep ? decideDeep(this, run) : this.decide(run));
  }

  decide(run: Run): Evaluation {
    return (this.compiled ??= this.compile())(run);
  }

  private compile(): (run: Run) => Evaluation {
    const { setting } = this;
    if (!isSettingType(setting.t)) return () => invalidModel('Setting type is invalid.');
    const decisions = this.compileDecisions();
    const nothing = { matchedRuleIndex: undefined, matchedOptionIndex: undefined };
    const fallback = evaluationOf(setting, setting.t, nothing);
    return (run) => {
      for (const decide of decisions) {
        const evaluation = decide(run);
        if (evaluation !== undefined) return evaluation;
      }
      return fallback ?? invalidModel('Setting value is missing or invalid.');
    };
  }

  private compileDecisions(): Decision[] {
    const { key, setting } = this;
    const scope = this.surroundings.scopeOf(key);
    const read = scope.percentageReader(setting.a ?? 'Identifier');
    const context = { key, settingType: setting.t, read };
    const decisions = (setting.r ?? []).map((rule, ruleIndex) =>
      compileRule(rule, this.compileConditions(rule, scope), { ...context, ruleIndex }),
    );
    if (setting.p?.length) {
      decisions.push(compilePercentage(setting.p, { ...context, ruleIndex: undefined }));
    }
    return decisions;
  }

  private compileConditions(rule: RuleJson, scope: Scope): Condition {
    return conjunctionOf((rule.c ?? []).map((json) => this.compileCondition(json, scope)));
  }

  private compileCondition(json: ConditionJson, scope: Scope): Condition {
    const { u, p, s } = json;
    if (u && !p && !s) return compileUserCondition(u, scope);
    if (p && !u && !s) return compilePrerequisite(p, this.surroundings.flag(p.f));
    if (s && !u && !p) return this.surroundings.segments.compileCondition(s);
    return () => invalidModel('Condition is missing or invalid.');
  }
}
