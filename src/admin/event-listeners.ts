import type { ServerResponse } from 'node:http';
import { EventListener } from './event-listener.js';
import { eventFrame, type EventMessage } from './event-message.js';
import { TooManyStreamsError } from './event.errors.js';

/** Consoles of people: each costs what it is told, and few need one. */
const MAX_LISTENERS = 100;

const PING = Buffer.from(':\n\n');

/** Everybody who is told what happens, in this process. */
export class EventListeners {
  private readonly open = new Set<EventListener>();
  /** Whose stream has not begun. */
  private coming = 0;
  private sent = 0;

  /** `name`: with the number of an event it is the event's id, unlike that of any other process. */
  constructor(private readonly name: string) {}

  /** Those that are coming, too. */
  get size(): number {
    return this.open.size + this.coming;
  }

  /**
   * Keeps a place until `ready` has settled; then the stream begins, if the client is still there.
   * @throws TooManyStreamsError
   */
  async add(response: ServerResponse, ready: () => Promise<void>): Promise<void> {
    if (this.size >= MAX_LISTENERS) {
      throw new TooManyStreamsError(`There are ${MAX_LISTENERS} of these streams already.`);
    }
    this.coming += 1;
    try {
      await ready();
    } finally {
      this.coming -= 1;
    }
    if (response.destroyed) return;
    const listener = EventListener.open(response, () => this.open.delete(listener));
    this.open.add(listener);
  }

  /** All of them in one write. */
  send(messages: readonly EventMessage[]): void {
    if (messages.length === 0 || this.open.size === 0) return;
    const frames = messages.map((message) => eventFrame(message, `${this.name}-${++this.sent}`));
    this.write(Buffer.from(frames.join('')));
  }

  /** So that nothing on the way takes a quiet stream for a dead one. */
  ping(): void {
    this.write(PING);
  }

  end(): void {
    for (const listener of this.open) listener.end();
  }

  private write(bytes: Buffer): void {
    for (const listener of this.open) listener.send(bytes);
  }
}
