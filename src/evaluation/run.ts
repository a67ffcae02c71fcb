import type { Evaluation } from './evaluation.js';
import type { InvalidModelError } from './invalid-model-error.js';
import type { Digest } from './sha256.js';
import type { User } from './user.js';

/** true, false, or undefined: cannot evaluate, as the user or an attribute is missing or invalid. */
export type Verdict = boolean | undefined;

/** One condition, compiled. Throws InvalidModelError. */
export type Condition = (run: Run) => Verdict;

/** A flag as the conditions that need it as a prerequisite see it. */
export interface Decidable {
  readonly key: string;
  /** Whether deciding it may take a deep recursion, or one without end. */
  readonly isDeep: boolean;
  decide(run: Run): Evaluation;
}

/** What is thrown to leave a flag until the deep prerequisite it asked for is decided. */
export class Awaited {
  constructor(readonly flag: Decidable) {}
}

/**
 * One evaluation for one user, of one flag or of all: what was computed for it and is needed
 * again. Everything kept here depends on nothing but the user. The maps are made when they are
 * first needed: most evaluations need none.
 */
export class Run {
  private digests: Map<object, Digest> | undefined;
  private verdicts: Map<Condition, Verdict> | undefined;
  private derived: Map<string, readonly string[] | undefined> | undefined;
  private decided: Map<Decidable, Evaluation> | undefined;
  private failed: Map<Decidable, InvalidModelError> | undefined;
  private places: Map<object, number> | undefined;

  constructor(readonly user: User | undefined) {}

  /** A digest, computed the first time its slot is asked for. */
  digest(slot: object, compute: () => Digest): Digest {
    const digests = (this.digests ??= new Map());
    let digest = digests.get(slot);
    if (digest === undefined) {
      digest = compute().slice();
      digests.set(slot, digest);
    }
    return digest;
  }

  /** The verdict of a condition that many share, computed the first time. */
  verdict(condition: Condition): Verdict {
    const verdicts = (this.verdicts ??= new Map());
    let verdict = verdicts.get(condition);
    if (verdict === undefined && !verdicts.has(condition)) {
      verdict = condition(this);
      verdicts.set(condition, verdict);
    }
    return verdict;
  }

  /** A computed attribute, computed the first time. */
  derive(
    name: string,
    compute: (user: User) => readonly string[] | undefined,
  ): readonly string[] | undefined {
    if (this.user === undefined) return undefined;
    const derived = (this.derived ??= new Map());
    if (!derived.has(name)) derived.set(name, compute(this.user));
    return derived.get(name);
  }

  /** What a flag serves, decided the first time. Throws Awaited for a deep flag not yet decided. */
  prerequisite(flag: Decidable): Evaluation {
    const known = this.decided?.get(flag);
    if (known) return known;
    if (flag.isDeep && !this.failed?.has(flag)) throw new Awaited(flag);
    return this.decide(flag);
  }

  /** Notes that none of these flags can be decided, so that none is tried again. */
  fail(flags: Iterable<Decidable>, error: InvalidModelError): void {
    this.failed ??= new Map();
    for (const flag of flags) this.failed.set(flag, error);
  }

  /** Where to go on in a row of rules or conditions: where it was left, or its start. */
  placeIn(row: object): number {
    return this.places?.get(row) ?? 0;
  }

  /** Notes where a row is left until a deep prerequisite is decided. */
  leave(row: object, place: number): void {
    (this.places ??= new Map()).set(row, place);
  }

  /** What a flag was already found to serve in this run. */
  decidedOf(flag: Decidable): Evaluation | undefined {
    return this.decided?.get(flag);
  }

  /** Decides a flag that is no deep one, or whose deep prerequisites are decided, and keeps it. */
  decide(flag: Decidable): Evaluation {
    const failure = this.failed?.get(flag);
    if (failure) throw failure;
    const evaluation = flag.decide(this);
    (this.decided ??= new Map()).set(flag, evaluation);
    return evaluation;
  }
}
