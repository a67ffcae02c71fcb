/** What a format made of a raw value: the value, or what it must be. Never the raw value itself: it may be a secret. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly must: string };

/** How the text, number, list or mapping of an options file becomes an option's value. */
export interface Format<T> {
  /** As `docs/options.md` names it. */
  readonly name: string;
  /** True where a variable of the environment holds JSON, not the bare text. */
  readonly json?: boolean;
  /** A value as the file would say it, for the page; JSON of it where this is missing. */
  show?(value: T): string;
  /** Pure and total: never throws. */
  parse(raw: unknown): Parsed<T>;
}

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function mustBe(must: string): { readonly ok: false; readonly must: string } {
  return { ok: false, must };
}
