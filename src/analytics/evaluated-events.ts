import { randomBytes, randomUUID } from 'node:crypto';
import { KeyHash } from '../audiences/key-hash.js';
import { memberKey } from '../configs/evaluable-config.js';
import type { FlagEvaluation } from '../evaluation/compile.js';
import type { Evaluation } from '../evaluation/evaluation.js';
import type { User } from '../evaluation/user.js';
import { DeliveryTotals } from './delivery-totals.js';
import { EvaluatedQueue } from './evaluated-queue.js';
import { RecentEvaluations } from './recent-evaluations.js';
import { userText, type UserText } from './user-text.js';

export interface EvaluatedSettings {
  readonly enabled: boolean;
  /** Share of the users, 0 to 1. */
  readonly sampleRate: number;
  /** Milliseconds. */
  readonly repeatAfter: number;
  readonly anonymous: 'random' | 'process' | 'off';
}

/** Two lanes of a hash. */
interface Lanes {
  readonly high: number;
  readonly low: number;
}

const IDENTIFIER = 'Identifier';
const LANE = 2 ** 32;

/**
 * What of the evaluations here Segment is told: it is asked on every evaluation, so it looks up,
 * counts, and puts into a queue, and nothing else.
 */
export class EvaluatedEvents {
  readonly totals = new DeliveryTotals();
  /** Undefined: every evaluation may be told again. */
  private readonly recent: RecentEvaluations | undefined;
  /** For `repeatAfter`; nobody outside can make users collide. */
  private readonly hash: KeyHash;
  /** Equal on all replicas, so that a user is in the sample of each or of none. */
  private readonly sampleHash = new KeyHash(0, 0);
  private readonly outcomes = new WeakMap<Evaluation, Lanes>();
  private readonly processId = randomUUID();
  /** All flags of one user come after each other. */
  private lastUser: { readonly user: User; readonly text: UserText } | undefined;

  constructor(
    private readonly settings: EvaluatedSettings,
    readonly queue = new EvaluatedQueue(),
    private readonly random: () => number = Math.random,
  ) {
    const { enabled, repeatAfter } = settings;
    this.recent = enabled && repeatAfter > 0 ? new RecentEvaluations(repeatAfter) : undefined;
    const seed = randomBytes(8);
    this.hash = new KeyHash(seed.readInt32LE(0), seed.readInt32LE(4));
  }

  /** Whether Segment is told anything. */
  get isOn(): boolean {
    return this.settings.enabled;
  }

  /** A flag of an SDK id was evaluated for somebody. Never throws. */
  saw(sdkId: string, flagKey: string, evaluation: Evaluation, user: User | undefined): void {
    const { enabled, anonymous } = this.settings;
    if (!enabled) return;
    const named = user && memberKey(user, IDENTIFIER);
    if (named === undefined && anonymous === 'off') return;
    if (!this.isSampled(named)) return;
    const id = named ?? (anonymous === 'process' ? this.processId : undefined);
    const recent = id === undefined ? undefined : this.recent;
    if (recent !== undefined) {
      this.hashOf(id ?? '', { sdkId, flagKey, evaluation });
      if (recent.has(this.hash.high, this.hash.low)) return;
    }
    if (this.queue.isFull) {
      this.totals.dropped += 1;
      return;
    }
    recent?.note(this.hash.high, this.hash.low);
    this.queue.push({
      sdkId,
      flagKey,
      evaluation,
      userId: named,
      anonymousId: named === undefined ? id : undefined,
      user: user && this.textOf(user),
      at: Date.now(),
    });
  }

  /** All flags of an SDK id were evaluated for somebody; those that failed gave nothing. Never throws. */
  sawAll(sdkId: string, flags: readonly FlagEvaluation[], user: User | undefined): void {
    if (!this.settings.enabled) return;
    for (const { key, evaluation } of flags) {
      if (evaluation !== null) this.saw(sdkId, key, evaluation, user);
    }
  }

  /** By user, so that who is in the sample is in it with all flags; of others each evaluation anew. */
  private isSampled(named: string | undefined): boolean {
    const { sampleRate } = this.settings;
    if (sampleRate >= 1) return true;
    if (named === undefined) return this.random() < sampleRate;
    this.sampleHash.hash(named);
    return (this.sampleHash.low >>> 0) / LANE < sampleRate;
  }

  /** Leaves the hash of user and outcome in `hash`. */
  private hashOf(
    id: string,
    seen: { readonly sdkId: string; readonly flagKey: string; readonly evaluation: Evaluation },
  ): void {
    const { high, low } = this.lanesOf(seen);
    this.hash.hash(id);
    this.hash.high ^= high;
    this.hash.low ^= low;
  }

  /** Outcomes are shared by all who are served them, and each belongs to one flag of one SDK id. */
  private lanesOf({
    sdkId,
    flagKey,
    evaluation,
  }: {
    readonly sdkId: string;
    readonly flagKey: string;
    readonly evaluation: Evaluation;
  }): Lanes {
    let lanes = this.outcomes.get(evaluation);
    if (lanes === undefined) {
      // What it is the next time too, when the config was built anew.
      const { variationId, value } = evaluation;
      this.hash.hash(JSON.stringify([sdkId, flagKey, variationId ?? ['value', String(value)]]));
      lanes = { high: this.hash.high, low: this.hash.low };
      this.outcomes.set(evaluation, lanes);
    }
    return lanes;
  }

  private textOf(user: User): UserText {
    if (this.lastUser?.user !== user) this.lastUser = { user, text: userText(user) };
    return this.lastUser.text;
  }
}
