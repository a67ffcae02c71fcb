import type { ConditionJson, RuleJson } from './config-json.js';
import { conjunctionOf } from './conjunction.js';
import { invalidModel } from './invalid-model-error.js';
import type { Decision, PercentageContext } from './percentage.js';
import type { PrerequisiteFlag } from './prerequisite.js';
import { compilePrerequisite } from './prerequisite.js';
import { resumableRow } from './resumable-row.js';
import type { TableRule } from './rule-table.js';
import { compileTable, tableRuleOf } from './rule-table.js';
import { compileRule } from './rule.js';
import type { Condition, Verdict } from './run.js';
import type { Scope } from './scope.js';
import type { Segments } from './segment.js';
import { compileUserCondition } from './user-condition.js';

/** What a flag knows of the config around it. */
export interface FlagSurroundings {
  readonly compiledSegments: Segments;
  flag(key: string): PrerequisiteFlag | undefined;
  scopeOf(context: string): Scope;
  isDeep(key: string): boolean;
}

/** What the rules of one flag are compiled with. */
export interface RulesContext {
  readonly flag: Omit<PercentageContext, 'ruleIndex'>;
  readonly scope: Scope;
  readonly surroundings: FlagSurroundings;
}

/** Compiles the rules of a flag, in order; neighbours that are look-ups of one text are one. */
export function compileRules(rules: readonly RuleJson[], context: RulesContext): Decision[] {
  const decisions: Decision[] = [];
  for (let i = 0; i < rules.length;) {
    const table = tableFrom(rules, i, context.flag.settingType);
    const [first] = table;
    decisions.push(
      first && table.length > 1
        ? compileTable(table, context.scope.reader(first.attribute))
        : compileRuleAt(rules, i, context),
    );
    i += Math.max(table.length, 1);
  }
  return decisions;
}

/** The longest row of rules from `start` on that one table can stand for. */
function tableFrom(rules: readonly RuleJson[], start: number, settingType: number): TableRule[] {
  const table: TableRule[] = [];
  for (let i = start; i < rules.length; i++) {
    const rule = tableRuleOf(rules[i] ?? {}, settingType, i);
    if (!rule || rule.attribute !== (table[0] ?? rule).attribute) break;
    table.push(rule);
  }
  return table;
}

function compileRuleAt(
  rules: readonly RuleJson[],
  ruleIndex: number,
  context: RulesContext,
): Decision {
  const rule = rules[ruleIndex] ?? {};
  const conditions = (rule.c ?? []).map((json) => compileCondition(json, context));
  const { flag, surroundings } = context;
  const mayBeLeft = rule.c?.some(({ p }) => p) && surroundings.isDeep(flag.key);
  const all = mayBeLeft ? resumableRow<Verdict>(conditions, true) : conjunctionOf(conditions);
  return compileRule(rule, all, { ...flag, ruleIndex });
}

function compileCondition(json: ConditionJson, context: RulesContext): Condition {
  const { u, p, s } = json;
  const { scope, surroundings } = context;
  if (u && !p && !s) return compileUserCondition(u, scope);
  if (p && !u && !s) return compilePrerequisite(p, surroundings.flag(p.f));
  if (s && !u && !p) return surroundings.compiledSegments.compileCondition(s);
  return () => invalidModel('Condition is missing or invalid.');
}
