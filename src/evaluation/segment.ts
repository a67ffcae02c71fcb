import type { SegmentConditionJson, SegmentJson } from './config-json.js';
import { conjunctionOf } from './conjunction.js';
import { invalidModel } from './invalid-model-error.js';
import type { Condition } from './run.js';
import type { Scope } from './scope.js';
import { textCondition } from './text-condition.js';
import { compileUserCondition } from './user-condition.js';

/** What the evaluation asks of the membership index: who is in one audience. */
export interface AudienceSegment {
  /** The attribute that holds the member's key. */
  readonly attribute: string;
  /** Whether this key is a member now. Is asked in the evaluation: must not block. */
  has(key: string): boolean;
}

interface SharedSegment {
  readonly condition: Condition;
  references: number;
}

/** The segments of a config, compiled when they are first referred to. */
export class Segments {
  private readonly compiled = new Map<number, SharedSegment>();

  constructor(
    private readonly segments: readonly SegmentJson[],
    private readonly audiences: ReadonlyMap<number, AudienceSegment>,
    private readonly scopeOf: (context: string) => Scope,
  ) {}

  /** Compiles IS (NOT) IN SEGMENT. *Cannot evaluate* goes through a negation as it is. */
  compileCondition({ s: index, c: comparator }: SegmentConditionJson): Condition {
    const isIn = this.membershipOf(index);
    return (run) => {
      if (run.user === undefined) return undefined;
      const verdict = isIn(run);
      if (verdict === undefined || comparator === 0) return verdict;
      return comparator === 1 ? !verdict : invalidModel('Comparison operator is invalid.');
    };
  }

  private membershipOf(index: number): Condition {
    const segment = this.segments[index];
    if (!segment) return () => invalidModel('Segment reference is invalid.');
    if (segment.n === '') return () => invalidModel('Segment name is missing.');
    const shared = this.compiled.get(index) ?? {
      condition: this.compileSegment(index, segment),
      references: 0,
    };
    this.compiled.set(index, shared);
    shared.references++;
    // Keeping a verdict costs a map: not worth it where nothing else asks.
    return (run) =>
      shared.references === 1 ? shared.condition(run) : run.verdict(shared.condition);
  }

  private compileSegment(index: number, segment: SegmentJson): Condition {
    const scope = this.scopeOf(segment.n);
    const audience = this.audiences.get(index);
    if (audience) return compileAudience(audience, scope);
    return conjunctionOf((segment.r ?? []).map((json) => compileUserCondition(json, scope)));
  }
}

function compileAudience(audience: AudienceSegment, scope: Scope): Condition {
  return textCondition(scope.reader(audience.attribute), (key) => audience.has(key), false);
}
