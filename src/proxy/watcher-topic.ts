import type { EvaluableConfig } from '../configs/evaluable-config.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { FlagEvaluation } from '../evaluation/compile.js';
import type { User } from '../evaluation/user.js';
import { allFlagsJson } from './all-flags.js';
import { FrameCache } from './frame-cache.js';
import type { Frame } from './frame.js';

/** Where the answers to a watcher's question go. */
export interface WatcherSink {
  /** Must not throw. */
  send(frame: Frame): void;
}

/** Told what users were told on streams. */
export type OnTold = (
  sdkId: string,
  flags: readonly FlagEvaluation[],
  user: User | undefined,
) => void;

/** One stream's question, and what it was told last. */
export interface Watcher {
  readonly topic: WatcherTopic;
  readonly user: User | undefined;
  readonly sink: WatcherSink;
  /** Undefined: nobody is told of it. */
  readonly onTold: OnTold | undefined;
  /** Of the frame that it has. */
  lastId: string | undefined;
  /** What that frame tells, where it is known and somebody is told. */
  told: readonly FlagEvaluation[];
  /** The attributes by whose values it is found. */
  attributes: readonly string[];
}

const NONE: readonly string[] = [];

/** What is watched: one flag, or all flags, of one SDK id. */
export class WatcherTopic {
  readonly watchers = new Set<Watcher>();
  private readonly frames = new FrameCache();
  private readonly flags = new WeakMap<Frame, readonly FlagEvaluation[]>();
  private config: EvaluableConfig | undefined;
  private names = NONE;

  constructor(
    private readonly sdk: SdkConfig,
    /** Undefined: all flags. */
    readonly flagKey: string | undefined,
  ) {}

  /**
   * The user attributes whose values are members' keys here; the same list as long as they are
   * the same, whichever config says so.
   */
  get attributes(): readonly string[] {
    const config = this.sdk.evaluable;
    if (config !== this.config) {
      this.config = config;
      const names = [...(config?.memberAttributesOf(this.flagKey) ?? NONE)];
      const isSame =
        names.length === this.names.length && names.every((name) => this.names.includes(name));
      if (!isSame) this.names = names;
    }
    return this.names;
  }

  /** Tells a watcher what its user gets now, unless it knows. */
  answer(watcher: Watcher): void {
    const config = this.sdk.evaluable;
    const told = config && this.evaluate(config, watcher.user);
    if (told === undefined) return;
    const frame = this.frames.frame(told.json);
    const isNew = frame.id !== watcher.lastId;
    if (isNew) {
      watcher.lastId = frame.id;
      watcher.sink.send(frame);
    }
    if (watcher.onTold === undefined) return;
    const before = watcher.told;
    watcher.told = this.sharedFlags(frame, told.flags);
    if (!isNew) return;
    watcher.onTold(this.sdk.options.id, differing(told.flags, before), watcher.user);
  }

  /** One list for all who have the frame. */
  private sharedFlags(frame: Frame, flags: readonly FlagEvaluation[]): readonly FlagEvaluation[] {
    const shared = this.flags.get(frame);
    if (shared !== undefined) return shared;
    this.flags.set(frame, flags);
    return flags;
  }

  /** Undefined: nothing to say, and the stream stays open: a flag was deleted, or its model is invalid. */
  private evaluate(
    { compiled }: EvaluableConfig,
    user: User | undefined,
  ): { readonly json: string; readonly flags: readonly FlagEvaluation[] } | undefined {
    try {
      if (this.flagKey === undefined) {
        const flags = compiled.evaluateAll(user);
        return { json: allFlagsJson(flags), flags };
      }
      const evaluation = compiled.evaluate(this.flagKey, user);
      return { json: evaluation.json, flags: [{ key: this.flagKey, evaluation }] };
    } catch {
      return undefined;
    }
  }
}

/** Those that give something else than before; all where nothing is known of before. */
function differing(
  flags: readonly FlagEvaluation[],
  before: readonly FlagEvaluation[],
): readonly FlagEvaluation[] {
  if (before.length === 0) return flags;
  const known = new Map(before.map(({ key, evaluation }) => [key, evaluation?.json]));
  return flags.filter(({ key, evaluation }) => known.get(key) !== evaluation?.json);
}
