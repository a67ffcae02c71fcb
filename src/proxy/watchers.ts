import type { FeedChange } from '../audiences/feed.js';
import type { Configs } from '../configs/configs.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import type { User } from '../evaluation/user.js';
import type { SlicedWork, TimeSlices } from './time-slices.js';
import { WatcherIndex } from './watcher-index.js';
import { WatcherTopic, type OnTold, type Watcher, type WatcherSink } from './watcher-topic.js';

/** Look-ups of members that nobody watches, in one step: together they take as long as one answer. */
const LOOK_UPS = 64;

/** One stream's question, and where its answers go. */
export interface Watch {
  readonly sdk: SdkConfig;
  /** Undefined: all flags. */
  readonly flagKey: string | undefined;
  readonly user: User | undefined;
  /** The id of the frame that the client has, if any: it is not told that again. */
  readonly lastId: string | undefined;
  /** Told the answer at once, then each time it changed. */
  readonly sink: WatcherSink;
  /** After the sink. */
  readonly onTold?: OnTold | undefined;
}

export interface WatchersParts {
  readonly configs: Configs;
  readonly slices: TimeSlices;
  /** The attribute that an audience's members are matched on. */
  readonly attributeOf: (audienceId: number) => string | undefined;
}

/**
 * Who watches what. Watchers are found by the values of those user attributes that their flags'
 * audiences are matched on, so a member's change wakes just that member's streams.
 */
export class Watchers {
  private readonly bySdk = new Map<SdkConfig, Map<string | undefined, WatcherTopic>>();
  /** Walks over all watchers that are under way: one an SDK id, and then one more if it was replaced meanwhile. */
  private readonly passes = new Map<SdkConfig, { again: boolean }>();
  private readonly index = new WatcherIndex();

  constructor(private readonly parts: WatchersParts) {
    for (const sdk of parts.configs.all) {
      sdk.onReplace(() => this.replaced(sdk));
    }
  }

  /** How many watch. */
  get size(): number {
    let size = 0;
    for (const topics of this.bySdk.values()) {
      for (const { watchers } of topics.values()) size += watchers.size;
    }
    return size;
  }

  /** @returns what ends the watch. */
  add({ sdk, flagKey, user, lastId, sink, onTold }: Watch): () => void {
    const topic = this.topicOf(sdk, flagKey);
    const watcher: Watcher = { topic, user, sink, onTold, lastId, told: [], attributes: [] };
    topic.watchers.add(watcher);
    this.index.place(watcher, topic.attributes);
    topic.answer(watcher);
    return () => this.remove(sdk, watcher);
  }

  /** Wakes the streams of the members that changed. */
  membersChanged(changes: readonly FeedChange[]): void {
    const watched = changes.filter((change) => this.attributeOf(change) !== undefined);
    if (watched.length > 0) this.parts.slices.start(this.wake(watched));
  }

  private *wake(changes: readonly FeedChange[]): SlicedWork {
    let lookUps = 0;
    for (const change of changes) {
      const attribute = this.attributeOf(change);
      if (attribute === undefined) continue;
      for (const key of change.memberKeys) {
        for (const watcher of this.index.find(attribute, key)) {
          watcher.topic.answer(watcher);
          yield;
        }
        lookUps += 1;
        if (lookUps % LOOK_UPS === 0) yield;
      }
    }
  }

  /** Undefined: nobody is found by it. */
  private attributeOf({ audienceId }: FeedChange): string | undefined {
    const attribute = this.parts.attributeOf(audienceId);
    return attribute !== undefined && this.index.has(attribute) ? attribute : undefined;
  }

  private replaced(sdk: SdkConfig): void {
    const pass = this.passes.get(sdk);
    if (pass === undefined) {
      const started = { again: false };
      this.passes.set(sdk, started);
      // Compiling a config has just held the event loop.
      this.parts.slices.startLater(this.answerAll(sdk, started));
    } else {
      pass.again = true;
    }
  }

  private *answerAll(sdk: SdkConfig, pass: { again: boolean }): SlicedWork {
    do {
      pass.again = false;
      for (const topic of this.bySdk.get(sdk)?.values() ?? []) {
        for (const watcher of topic.watchers) {
          this.index.place(watcher, topic.attributes);
          topic.answer(watcher);
          yield;
        }
      }
    } while (pass.again);
    this.passes.delete(sdk);
  }

  private topicOf(sdk: SdkConfig, flagKey: string | undefined): WatcherTopic {
    let topics = this.bySdk.get(sdk);
    if (topics === undefined) {
      topics = new Map();
      this.bySdk.set(sdk, topics);
    }
    let topic = topics.get(flagKey);
    if (topic === undefined) {
      topic = new WatcherTopic(sdk, flagKey);
      topics.set(flagKey, topic);
    }
    return topic;
  }

  private remove(sdk: SdkConfig, watcher: Watcher): void {
    const { topic } = watcher;
    topic.watchers.delete(watcher);
    this.index.remove(watcher);
    // Only if it is this one: a new one may have taken its place.
    const topics = this.bySdk.get(sdk);
    if (topic.watchers.size === 0 && topics?.get(topic.flagKey) === topic) {
      topics.delete(topic.flagKey);
    }
  }
}
