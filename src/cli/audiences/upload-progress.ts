import { SingleBar } from 'cli-progress';
import { Transform } from 'node:stream';
import { printable } from '../output/printable.js';

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
      format:
        size === undefined
          ? '{name} {megabytes} MB'
          : '{name} [{bar}] {percentage} %  {megabytes} MB  {eta_formatted}',
      // Ctrl-C leaves the terminal as it is.
      linewrap: true,
      clearOnComplete: true,
    });
  }

  start(): void {
    const payload = { name: printable(this.name), megabytes: '0.0' };
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
    });
  }

  /** The bar goes. May be called again. */
  stop(): void {
    this.bar?.stop();
  }
}
