/** Takes one row: the key's UTF-8 stands in the text from `start` to `end`, a byte a unit. */
export type TakeMember = (audienceId: number, text: string, start: number, end: number) => void;

/**
 * Reads what PostgreSQL copies out as text, `<audience id>\t<member key>\n`, without a text or an
 * object for each of millions of rows.
 */
export class CopiedMembers {
  /** The start of a row that the last chunk ended in. */
  private rest = '';

  constructor(private readonly take: TakeMember) {}

  /** Rows may end anywhere between two chunks. */
  read(chunk: Buffer): void {
    // A byte a unit: characters of several bytes may be cut as well.
    const text = this.rest + chunk.toString('latin1');
    // Asked once: a row without one need not be looked through.
    const hasEscapes = text.includes('\\');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (hasEscapes) this.readEscaped(text.slice(start, end));
      else this.readRow(text, start, end);
      start = end + 1;
    }
    this.rest = text.slice(start);
  }

  private readEscaped(row: string): void {
    const text = row.replace(ESCAPE, (_escape, letter: string) => ESCAPED[letter] ?? letter);
    this.readRow(text, 0, text.length);
  }

  private readRow(text: string, start: number, end: number): void {
    const tab = text.indexOf('\t', start);
    let audienceId = 0;
    for (let at = start; at < tab; at += 1) {
      audienceId = audienceId * 10 + (text.charCodeAt(at) - ZERO);
    }
    this.take(audienceId, text, tab + 1, end);
  }
}

const ZERO = 48;
const ESCAPE = /\\(.)/gs;

/** What stands behind a backslash, in PostgreSQL's text format; anything else stands for itself. */
const ESCAPED: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
