import { EventSource } from 'eventsource';
import { onTestFinished } from 'vitest';

export interface Question {
  /** Without one, all flags are watched. */
  readonly key?: string;
  readonly user?: unknown;
  readonly sdkId?: string;
}

/** An EventSource on the service, open until its test has ended. */
export class EventStream {
  /** What it was told, oldest first. */
  readonly messages: unknown[] = [];
  /** The id of the last message, which it comes back with; empty before one had an id. */
  lastId = '';
  readonly #source: EventSource;

  constructor(base: string, { key, user, sdkId = 'default' }: Question) {
    const data = Buffer.from(JSON.stringify({ key, user })).toString('base64url');
    const route = key === undefined ? 'eval-all' : 'eval';
    this.#source = new EventSource(`${base}/sse/${sdkId}/${route}/${data}`);
    this.#source.addEventListener('message', (event) => {
      this.messages.push(JSON.parse(String(event.data)));
      this.lastId = event.lastEventId;
    });
    onTestFinished(() => this.#source.close());
  }

  get last(): unknown {
    return this.messages.at(-1);
  }

  /** How many connections it lost or never got does not show: it comes back by itself. */
  get isOpen(): boolean {
    return this.#source.readyState === EventSource.OPEN;
  }
}
