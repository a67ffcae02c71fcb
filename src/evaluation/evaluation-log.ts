import { segmentComparatorName } from './comparator-name.js';
import { LogText } from './log-text.js';
import { MISSING_USER } from './refusal.js';
import type {
  ConditionTrace,
  FlagTrace,
  PercentageTrace,
  PrerequisiteTrace,
  RuleTrace,
  SegmentTrace,
  TraceOutcome,
} from './trace.js';

/** What an evaluation log is written of. */
export interface LoggedEvaluation {
  readonly trace: FlagTrace;
  /** The user's attributes as JSON; undefined without a user. */
  readonly user: string | undefined;
  /** What is returned, as text. */
  readonly returned: string;
}

const IGNORED =
  'The current targeting rule is ignored and the evaluation continues with the next rule.';

/** Writes the evaluation log (event 5000) of the SDK from a trace. */
export function evaluationLog({ trace, user, returned }: LoggedEvaluation): string {
  const log = new LogText().append(`Evaluating '${trace.key}'`);
  if (user !== undefined) log.append(` for User '${user}'`);
  log.indented(() => {
    writeFlag(log, trace);
    log.line(`Returning '${returned}'.`);
  });
  return log.toString();
}

function writeFlag(log: LogText, { rules, percentage }: FlagTrace): void {
  if (rules.length > 0) {
    log.line('Evaluating targeting rules and applying the first match if any:');
    for (const rule of rules) writeRule(log, rule);
  }
  if (percentage) writePercentage(log, percentage);
}

function writeRule(log: LogText, rule: RuleTrace): void {
  const { outcome, percentage } = rule;
  writeConditions(log, rule.conditions, rule.conditionCount > 1);
  if (outcome === undefined) return;
  log.indented(() => {
    const then = rule.value === undefined ? 'THEN % options' : `THEN '${rule.value}'`;
    const text = `${then} => ${consequenceOf(outcome)}`;
    if (isThenOnNewLine(rule)) log.line(text);
    else log.append(` ${text}`);
    if (typeof outcome === 'string') log.line(IGNORED);
    if (percentage) writePercentage(log, percentage);
    if (percentage?.missing) log.line(IGNORED);
  });
}

function consequenceOf(outcome: TraceOutcome): string {
  if (typeof outcome === 'string') return outcome;
  return outcome ? 'MATCH, applying rule' : 'no match';
}

function isThenOnNewLine({ conditions, conditionCount }: RuleTrace): boolean {
  const last = conditions.at(-1);
  if (!last || last.kind === 'prerequisite') return last !== undefined;
  return conditionCount > 1 || (last.kind === 'segment' && last.outcome !== MISSING_USER);
}

function writeConditions(
  log: LogText,
  conditions: readonly ConditionTrace[],
  tellsOutcomes: boolean,
): void {
  log.line('- ');
  for (const [i, condition] of conditions.entries()) {
    log.indented(() => {
      if (i === 0) log.append('IF ');
      else log.line('AND ');
      writeCondition(log, condition);
      if (tellsOutcomes && condition.outcome !== undefined) {
        const isMet = condition.outcome === true;
        log.append(isMet ? ' => true' : ' => false, skipping the remaining AND conditions');
      }
    });
  }
}

function writeCondition(log: LogText, condition: ConditionTrace): void {
  log.append(condition.text);
  if (condition.kind === 'segment') writeSegment(log, condition);
  if (condition.kind === 'prerequisite') writePrerequisite(log, condition);
}

function writeSegment(log: LogText, { segment, text, outcome }: SegmentTrace): void {
  if (!segment) return;
  log.line('(').indented(() => {
    log.line(`Evaluating segment '${segment.name}':`);
    writeConditions(log, segment.conditions, true);
    if (outcome === undefined || segment.outcome === undefined) return;
    const isIn = segment.outcome;
    const told = typeof isIn === 'string' ? isIn : `User ${segmentComparatorName(isIn ? 0 : 1)}`;
    log.line(`Segment evaluation result: ${told}.`);
    const result = typeof outcome === 'string' ? 'failed to evaluate' : `evaluates to ${outcome}`;
    log.line(`Condition (${text}) ${result}.`);
  });
  if (outcome !== undefined) log.line(')');
}

function writePrerequisite(log: LogText, condition: PrerequisiteTrace): void {
  const { flag, text, value, outcome } = condition;
  if (!flag) return;
  log.line('(').indented(() => {
    log.line(`Evaluating prerequisite flag '${flag.key}':`);
    writeFlag(log, flag);
    if (outcome === undefined) return;
    log.line(`Prerequisite flag evaluation result: '${value}'.`);
    log.line(`Condition (${text}) evaluates to ${outcome}.`);
  });
  if (outcome !== undefined) log.line(')');
}

function writePercentage(log: LogText, percentage: PercentageTrace): void {
  const { attribute, missing, bucket, option } = percentage;
  if (missing === 'user') {
    log.line('Skipping % options because the User Object is missing.');
  } else if (missing === 'attribute') {
    log.line(`Skipping % options because the User.${attribute} attribute is missing.`);
  } else {
    log.line(`Evaluating % options based on the User.${attribute} attribute:`);
    log.line(
      `- Computing hash in the [0..99] range from User.${attribute} => ${bucket} (this value is sticky and consistent across all SDKs)`,
    );
  }
  if (option) {
    const { index, share, value } = option;
    log.line(`- Hash value ${bucket} selects % option ${index + 1} (${share}%), '${value}'.`);
  }
}
