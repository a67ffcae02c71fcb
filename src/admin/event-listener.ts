import type { ServerResponse } from 'node:http';

/** Of bytes that a listener has not read. */
const MAX_WAITING = 1024 * 1024;

/** Milliseconds after which a client that lost its stream comes back. */
const RETRY_MS = 3_000;
/** At the end, a listener gets so long to take what waits. */
const FAREWELL_MS = 500;

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache',
  'X-Accel-Buffering': 'no',
  // Else an idle connection is left when a stream ends.
  Connection: 'close',
};

/** One open stream of events. */
export class EventListener {
  private constructor(private readonly response: ServerResponse) {}

  /** Sends what comes before the first event. `onClose`: called once, whoever ended it. */
  static open(response: ServerResponse, onClose: () => void): EventListener {
    // A write to a client that has just gone.
    response.on('error', () => {});
    response.on('close', onClose);
    response.writeHead(200, HEADERS);
    response.write(`retry: ${RETRY_MS}\n\n`);
    return new EventListener(response);
  }

  /** Drops a listener who does not read. What is larger than all that may wait is taken when nothing does. */
  send(bytes: Buffer): void {
    const { response } = this;
    if (!response.writable) return;
    const waiting = response.writableLength;
    if (waiting > 0 && waiting + bytes.length > MAX_WAITING) response.destroy();
    else response.write(bytes);
  }

  /** Ends it, soon even where the listener does not read. */
  end(): void {
    const { response } = this;
    response.end();
    setTimeout(() => response.destroy(), FAREWELL_MS).unref();
  }
}
