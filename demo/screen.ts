/** The part of a terminal or pipe that is written to. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const BAR_WIDTH = 40;
/** A pipe gets so many lines of a progress. */
const STEPS = 4;

/** What the demo prints: lines, and a bar on a terminal where a pipe gets lines. */
export class Screen {
  private steps = 0;

  constructor(private readonly output: Output) {}

  line(text = ''): void {
    this.output.write(`${text}\n`);
  }

  /** One progress at a time, from its first part to `done === total`. */
  progress(done: number, total: number): void {
    const share = total === 0 ? 1 : done / total;
    const count = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    if (this.output.isTTY === true) {
      const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
      this.output.write(`\r  ${bar} ${count}${share === 1 ? '\n' : ''}`);
      return;
    }
    const step = Math.floor(share * STEPS);
    if (step !== this.steps) this.line(`  ${count}`);
    this.steps = step === STEPS ? 0 : step;
  }
}
