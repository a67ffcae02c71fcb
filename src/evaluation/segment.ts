import { toText } from './attribute-value.js';
import type { SegmentConditionJson, SegmentJson } from './config-json.js';
import { conjunctionOf } from './conjunction.js';
import { invalidModel } from './invalid-model-error.js';
import { withPolarity } from './polarity.js';
import type { Condition } from './run.js';
import type { Scope } from './scope.js';
import { compileUserCondition } from './user-condition.js';

/** What the evaluation asks of the membership index: who is in one audience. */
export interface AudienceSegment {
  /** The attribute that holds the member's key. */
  readonly attribute: string;
  /** Whether this key is a member now. Is asked in the evaluation: must not block. */
  has(key: string): boolean;
}

/** The segments of a config as they came, and what they are compiled with. */
export interface SegmentSource {
  readonly segments: readonly SegmentJson[];
  readonly audiences: ReadonlyMap<number, AudienceSegment>;
  scopeOf(context: string): Scope;
}

interface SharedSegment {
  readonly condition: Condition;
  references: number;
}

/** The segments of a config, compiled when they are first referred to. */
export class Segments {
  private readonly compiled = new Map<number, SharedSegment>();

  constructor(private readonly source: SegmentSource) {}

  /** Compiles IS (NOT) IN SEGMENT. *Cannot evaluate* goes through a negation as it is. */
  compileCondition({ s: index, c: comparator }: SegmentConditionJson): Condition {
    const shared = this.sharedSegment(index);
    return (run) => {
      if (run.user === undefined) return undefined;
      // Keeping a verdict costs a map: not worth it where nothing else asks.
      const verdict =
        shared.references === 1 ? shared.condition(run) : run.verdict(shared.condition);
      return verdict === undefined ? undefined : withPolarity(comparator, verdict);
    };
  }

  /** The audience that a segment stands for, when its answer needs nothing but the user's own attribute. */
  audienceAt(index: number): AudienceSegment | undefined {
    const segment = this.source.segments[index];
    const audience = this.source.audiences.get(index);
    if (!segment || segment.n === '' || !audience) return undefined;
    return this.source.scopeOf(segment.n).isDerived(audience.attribute) ? undefined : audience;
  }

  private sharedSegment(index: number): SharedSegment {
    const shared = this.compiled.get(index) ?? {
      condition: this.compileSegment(index),
      references: 0,
    };
    this.compiled.set(index, shared);
    shared.references++;
    return shared;
  }

  private compileSegment(index: number): Condition {
    const segment = this.source.segments[index];
    if (!segment) return () => invalidModel('Segment reference is invalid.');
    if (segment.n === '') return () => invalidModel('Segment name is missing.');
    const scope = this.source.scopeOf(segment.n);
    const audience = this.source.audiences.get(index);
    if (audience) return compileAudience(audience, scope);
    return conjunctionOf((segment.r ?? []).map((json) => compileUserCondition(json, scope)));
  }
}

/** Compiles the membership in an audience. */
export function compileAudience(audience: AudienceSegment, scope: Scope): Condition {
  const read = scope.reader(audience.attribute);
  return (run) => {
    const value = read(run);
    return value === undefined ? undefined : audience.has(toText(value));
  };
}
