import type { ServerResponse } from 'node:http';
import type { Feed } from '../audiences/feed.js';
import type { Configs } from '../configs/configs.js';
import { sameDefinitions } from '../configs/visible-definitions.js';
import type { RejectedEventWatch } from '../engage/rejected-event-watch.js';
import { Loop, type LoopRegistry } from '../loop.js';
import type { Definitions, DefinitionStore } from '../segments/definitions.js';
import { EventChanges } from './event-changes.js';
import { EventConfigs } from './event-configs.js';
import { EventListeners } from './event-listeners.js';

const LOOK_MS = 1_000;
const HEARTBEAT_MS = 15_000;

export interface AdminEventsParts {
  readonly feed: Pick<Feed, 'listen'>;
  readonly definitions: Pick<DefinitionStore, 'onChange'>;
  readonly configs: Pick<Configs, 'all'>;
  readonly rejections: Pick<RejectedEventWatch, 'look' | 'forget'>;
  /** Begins the ids of events: no other process has it. */
  readonly name: string;
  readonly onError: (error: unknown) => void;
  readonly loops?: LoopRegistry;
  readonly now?: () => Date;
}

/**
 * Tells listeners what happens: who enters and leaves, what is served and defined, what is rejected.
 * Nothing is gathered, and PostgreSQL is not asked, while nobody listens.
 */
export class AdminEvents {
  private readonly listeners: EventListeners;
  private readonly changes: EventChanges;
  private readonly configs: EventConfigs;
  private readonly now: () => Date;
  private readonly loops: readonly Loop[];
  private definitions: Definitions | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isStopped = false;

  /** Before the feed starts. */
  constructor(private readonly parts: AdminEventsParts) {
    const { feed, definitions, configs, name, onError, loops } = parts;
    this.now = parts.now ?? (() => new Date());
    this.listeners = new EventListeners(name);
    this.changes = new EventChanges((messages) => this.listeners.send(messages), this.now);
    this.configs = new EventConfigs(configs);
    feed.listen({
      changed: (changes) => {
        if (this.isHeard) this.changes.add(changes);
      },
      replaced: (audienceId) => this.tellReplaced(audienceId),
      loaded: () => {},
    });
    definitions.onChange((current) => this.tellDefinitions(current));
    const shown = { onError, ...(loops && { registry: loops }) };
    this.loops = [
      new Loop({
        name: 'admin-events',
        interval: LOOK_MS,
        run: () => (this.isHeard ? this.inTurn(() => this.look()) : undefined),
        ...shown,
      }),
      new Loop({
        name: 'admin-events-heartbeat',
        interval: HEARTBEAT_MS,
        run: () => this.listeners.ping(),
        ...shown,
      }),
    ];
  }

  /**
   * Makes the answer a stream of what happens from when it begins. Resolves when it has begun.
   * @throws TooManyStreamsError
   */
  async open(response: ServerResponse): Promise<void> {
    const { isHeard } = this;
    await this.listeners.add(response, () =>
      // Whoever is not the first waits for the first one's look, from which on nothing is missed.
      // Without PostgreSQL there is news, too: rejections are told from the first look that works.
      isHeard ? this.looking : this.inTurn(() => this.lookAnew()).catch(this.parts.onError),
    );
    if (this.isStopped) this.listeners.end();
    else this.loops.forEach((loop) => loop.start());
  }

  /** Streams end at once, those still to come as well. Resolves when nothing is under way. May be called again. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.changes.stop();
    this.listeners.end();
    await Promise.all(this.loops.map((loop) => loop.stop()));
    await this.looking;
  }

  private get isHeard(): boolean {
    return this.listeners.size > 0;
  }

  private tellReplaced(audienceId: number): void {
    const data = { audienceId: String(audienceId), at: this.at };
    this.listeners.send([{ event: 'audience-replaced', data }]);
  }

  /** They are read anew with each revision, which configs raise, too. */
  private tellDefinitions(current: Definitions): void {
    const before = this.definitions;
    this.definitions = current;
    if (before === undefined || !this.isHeard || sameDefinitions(before, current)) return;
    this.listeners.send([{ event: 'definitions', data: { at: this.at } }]);
  }

  /** One look after the other: what one has seen, the next one does not tell again. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.looking.then(work);
    this.looking = turn.catch(() => {});
    return turn;
  }

  private async look(): Promise<void> {
    const { at } = this;
    this.listeners.send(
      this.configs.look().map((config) => ({ event: 'config', data: { ...config, at } })),
    );
    const rejections = await this.parts.rejections.look();
    this.listeners.send(
      rejections.map((rejected) => ({ event: 'rejected', data: { ...rejected, at } })),
    );
  }

  /** What happened while nobody listened is no news. */
  private lookAnew(): Promise<void> {
    this.parts.rejections.forget();
    return this.look();
  }

  private get at(): string {
    return this.now().toISOString();
  }
}
