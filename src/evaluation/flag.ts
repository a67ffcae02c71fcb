import { compileAudienceFlag } from './audience-flag.js';
import type { SettingJson } from './config-json.js';
import { decideDeep } from './deep-flag.js';
import type { Evaluation } from './evaluation.js';
import { evaluationOf } from './evaluation.js';
import { invalidModel } from './invalid-model-error.js';
import type { Decision } from './percentage.js';
import { compilePercentage } from './percentage.js';
import type { PrerequisiteFlag } from './prerequisite.js';
import { resumableRow } from './resumable-row.js';
import type { FlagSurroundings } from './rules.js';
import { compileRules } from './rules.js';
import { prerequisitesOf } from './prerequisite-graph.js';
import type { Run } from './run.js';
import { hasSettingType } from './setting-type.js';
import type { User } from './user.js';

/** One flag, compiled when it is first evaluated: most flags of a big config are asked seldom. */
export class Flag implements PrerequisiteFlag {
  /** What the flag serves whomever; undefined when that is not known, or depends. */
  constant: Evaluation | undefined;
  /** What the flag serves a user, in one step; undefined when that is not known, or takes more. */
  direct: ((user: User | undefined) => Evaluation) | undefined;
  private compiled: ((run: Run) => Evaluation) | undefined;
  private deep: boolean | undefined;

  constructor(
    readonly key: string,
    readonly setting: SettingJson,
    private readonly surroundings: FlagSurroundings,
  ) {}

  get settingType(): number {
    return this.setting.t;
  }

  get hasType(): boolean {
    return hasSettingType(this.setting);
  }

  get isDeep(): boolean {
    // Most flags have no prerequisites, and spare the config a look at all of its flags.
    return (this.deep ??=
      prerequisitesOf(this.setting).size > 0 && this.surroundings.isDeep(this.key));
  }

  /** What the flag serves. Throws InvalidModelError. */
  evaluate(run: Run): Evaluation {
    return this.isDeep ? decideDeep(this, run) : this.decide(run);
  }

  decide(run: Run): Evaluation {
    return (this.compiled ??= this.compile())(run);
  }

  private compile(): (run: Run) => Evaluation {
    const { setting } = this;
    if (!this.hasType) return () => invalidModel('Setting type is invalid.');
    const decisions = this.compileDecisions();
    const nothing = { matchedRuleIndex: undefined, matchedOptionIndex: undefined };
    const fallback = evaluationOf(setting, setting.t, nothing);
    if (decisions.length === 0) this.constant = fallback;
    const { compiledSegments } = this.surroundings;
    this.direct =
      fallback &&
      compileAudienceFlag(setting, fallback, (index) => compiledSegments.audienceAt(index));
    const decide = this.isDeep ? resumableRow(decisions, undefined) : firstOf(decisions);
    return (run) => decide(run) ?? fallback ?? invalidModel('Setting value is missing or invalid.');
  }

  private compileDecisions(): Decision[] {
    const { key, setting } = this;
    const scope = this.surroundings.scopeOf(key);
    const read = scope.percentageReader(setting.a ?? 'Identifier');
    const flag = { key, settingType: setting.t, read };
    const { surroundings } = this;
    const decisions = compileRules(setting.r ?? [], { flag, scope, surroundings });
    if (setting.p?.length) {
      decisions.push(compilePercentage(setting.p, { ...flag, ruleIndex: undefined }));
    }
    return decisions;
  }
}

/** Joins decisions: the first that serves something. */
function firstOf(decisions: readonly Decision[]): Decision {
  const [only] = decisions;
  if (only && decisions.length === 1) return only;
  return (run) => {
    for (const decide of decisions) {
      const evaluation = decide(run);
      if (evaluation !== undefined) return evaluation;
    }
    return undefined;
  };
}
