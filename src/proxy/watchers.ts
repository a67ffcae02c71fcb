import type { FeedChange } from '../audiences/feed.js';
import type { EvaluableConfig } from '../configs/evaluable-config.js';
import { memberKey } from '../configs/evaluable-config.js';
import type { Configs } from '../configs/configs.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import { allFlagsJson } from './all-flags.js';

/** Evaluations of a config change in one go, before others get their turn. */
const SLICE = 500;

/** One stream's question, and where its answers go. */
export interface Watch {
  readonly sdk: SdkConfig;
  /** Undefined: all flags. */
  readonly flagKey: string | undefined;
  readonly user: User | undefined;
  /** Called with the answer (JSON) at once, then each time it changed. */
  readonly send: (json: string) => void;
}

interface Watcher extends Watch {
  last: string | undefined;
  places: readonly Place[];
}

/** Where a watcher stands in the index: at one value of one attribute. */
interface Place {
  readonly value: string;
  readonly values: Map<string, Set<Watcher>>;
}

/**
 * Who watches what. Watchers are found by the values of those user attributes that their flags'
 * audiences are matched on, so a member's change wakes just that member's streams.
 */
export class Watchers {
  private readonly bySdk = new Map<SdkConfig, Set<Watcher>>();
  /** Walks over all watchers that are under way: one an SDK id, and then one more if it was replaced meanwhile. */
  private readonly passes = new Map<SdkConfig, { again: boolean }>();
  private readonly byMember = new Map<string, Map<string, Set<Watcher>>>();

  constructor(
    configs: Configs,
    /** The attribute that an audience's members are matched on. */
    private readonly attributeOf: (audienceId: number) => string | undefined,
  ) {
    for (const sdk of configs.all) {
      sdk.onReplace(() => this.replaced(sdk));
    }
  }

  /** How many watch. */
  get size(): number {
    return [...this.bySdk.values()].reduce((sum, watchers) => sum + watchers.size, 0);
  }

  /** @returns what ends the watch. */
  add(watch: Watch): () => void {
    const watcher: Watcher = { ...watch, last: undefined, places: [] };
    const watchers = getOrMake(this.bySdk, watch.sdk, () => new Set<Watcher>());
    watchers.add(watcher);
    this.place(watcher);
    this.answer(watcher);
    return () => {
      watchers.delete(watcher);
      unplace(watcher);
    };
  }

  /** Wakes the streams of the members that changed. */
  membersChanged(changes: readonly FeedChange[]): void {
    const woken = new Set<Watcher>();
    for (const { audienceId, memberKeys } of changes) {
      const members = this.byMember.get(this.attributeOf(audienceId) ?? '');
      if (members === undefined) continue;
      for (const key of memberKeys) {
        members.get(key)?.forEach((watcher) => woken.add(watcher));
      }
    }
    woken.forEach((watcher) => this.answer(watcher));
  }

  private replaced(sdk: SdkConfig): void {
    const pass = this.passes.get(sdk);
    if (pass === undefined) this.startPass(sdk);
    else pass.again = true;
  }

  private startPass(sdk: SdkConfig): void {
    this.passes.set(sdk, { again: false });
    this.answerInSlices(sdk, [...(this.bySdk.get(sdk) ?? [])], 0);
  }

  private answerInSlices(sdk: SdkConfig, watchers: readonly Watcher[], start: number): void {
    const end = start + SLICE;
    for (const watcher of watchers.slice(start, end)) {
      if (this.bySdk.get(sdk)?.has(watcher) !== true) continue;
      this.place(watcher);
      this.answer(watcher);
    }
    if (end < watchers.length) {
      setImmediate(() => this.answerInSlices(sdk, watchers, end));
    } else if (this.passes.get(sdk)?.again === true) {
      setImmediate(() => this.startPass(sdk));
    } else {
      this.passes.delete(sdk);
    }
  }

  private place(watcher: Watcher): void {
    unplace(watcher);
    const { sdk, flagKey, user } = watcher;
    const attributes = user && sdk.evaluable?.memberAttributesOf(flagKey);
    const places: Place[] = [];
    for (const attribute of attributes ?? []) {
      const value = user && memberKey(user, attribute);
      if (value === undefined) continue;
      const values = getOrMake(this.byMember, attribute, () => new Map<string, Set<Watcher>>());
      getOrMake(values, value, () => new Set<Watcher>()).add(watcher);
      places.push({ value, values });
    }
    watcher.places = places;
  }

  private answer(watcher: Watcher): void {
    const config = watcher.sdk.evaluable;
    const json = config && evaluate(config, watcher);
    if (json !== undefined && json !== watcher.last) {
      watcher.last = json;
      watcher.send(json);
    }
  }
}

/** Undefined: nothing to say, and the stream stays open: a flag was deleted, or its model is invalid. */
function evaluate({ compiled }: EvaluableConfig, { flagKey, user }: Watch): string | undefined {
  if (flagKey === undefined) {
    return allFlagsJson(compiled.evaluateAll(user));
  }
  try {
    return compiled.evaluate(flagKey, user).json;
  } catch {
    return undefined;
  }
}

/** Users come and go by the million: a value that nobody watches any more is forgotten. */
function unplace(watcher: Watcher): void {
  for (const { value, values } of watcher.places) {
    const watchers = values.get(value);
    watchers?.delete(watcher);
    if (watchers?.size === 0) values.delete(value);
  }
  watcher.places = [];
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
