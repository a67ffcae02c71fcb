import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { printableLines } from './printable.js';
import { tableLines, type Column } from './table.js';

/** What a command answers, on stdout: tables and sentences for people, or JSON for programs. */
export class Output {
  constructor(
    private readonly stdout: Writable,
    readonly isJson: boolean,
  ) {}

  /** One thing: as JSON, or as the text for people. */
  async show(value: unknown, text: string): Promise<void> {
    await this.write(this.isJson ? JSON.stringify(value, null, 2) : printableLines(text));
  }

  /** A list of any length, as it comes: a JSON array, or a table. `none` is what to say of an empty one. */
  async list<Item>(
    items: AsyncIterable<Item> | Iterable<Item>,
    columns: readonly Column<Item>[],
    none: string,
  ): Promise<void> {
    await (this.isJson ? this.array(items) : this.table(items, columns, none));
  }

  /** Closed only at its end: an array that breaks off does not parse. */
  private async array<Item>(items: AsyncIterable<Item> | Iterable<Item>): Promise<void> {
    let before = '[';
    for await (const item of items) {
      await this.write(before + JSON.stringify(item), '');
      before = ',\n';
    }
    await this.write(before === '[' ? '[]' : ']');
  }

  private async table<Item>(
    items: AsyncIterable<Item> | Iterable<Item>,
    columns: readonly Column<Item>[],
    none: string,
  ): Promise<void> {
    let isEmpty = true;
    for await (const line of tableLines(items, columns)) {
      isEmpty = false;
      await this.write(line);
    }
    if (isEmpty) await this.write(none);
  }

  private async write(text: string, end = '\n'): Promise<void> {
    if (!this.stdout.write(text + end)) await once(this.stdout, 'drain');
  }
}
