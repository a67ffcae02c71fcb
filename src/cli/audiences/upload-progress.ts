import { SingleBar } from 'cli-progress';
import { Transform } from 'node:stream';
import { printable } from '../output/printable.js';

const SIZE_KNOWN = '{name} [{bar}] {percentage} %  {megabytes} MB  {state}';
const SIZE_UNKNOWN = '{name} {megabytes} MB  {state}';

/** Passes bytes on, and shows how many went through on a terminal; elsewhere it shows nothing. */
export class UploadProgress {
  private readonly bar: SingleBar | undefined;
  private sent = 0;

  /** `size`: how many bytes there are; undefined: nobody knows. */
  constructor(
    terminal: NodeJS.WriteStream,
    private readonly name: string,
    private readonly size: number | undefined,
  ) {
    if (!terminal.isTTY) return;
    this.bar = new SingleBar({
      stream: terminal,
      format: size === undefined ? SIZE_UNKNOWN : SIZE_KNOWN,
      // Ctrl-C leaves the terminal as it is.
      linewrap: true,
      clearOnComplete: true,
    });
  }

  start(): void {
    const payload = { name: printable(this.name), megabytes: '0.0', state: '' };
    this.bar?.start(this.size ?? 0, 0, payload);
  }

  /** For a pipeline. */
  counter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.sent += chunk.length;
        this.bar?.update(this.sent, { megabytes: (this.sent / 1_000_000).toFixed(1) });
        done(null, chunk);
      },
      flush: (done) => {
        // Buffers on the way hold megabytes, and the last step of an import takes its time.
        this.bar?.update({ state: 'sent; the service takes them in' });
        done();
      },
    });
  }

  /** The bar goes. May be called again. */
  stop(): void {
    this.bar?.stop();
  }
}
