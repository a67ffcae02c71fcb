import type { Problems } from '../problems.js';

/** Reports each place whose value an earlier place has too; never the value, which may be secret. */
export class Unique {
  readonly #first = new Map<string, string>();

  constructor(
    private readonly problems: Problems,
    /** As in "has the same key as sdks.shop". */
    private readonly noun: string,
  ) {}

  /** `owner` is what the message names, `path` where the value stands. */
  check(value: string, { path, owner }: { path: string; owner: string }): void {
    const first = this.#first.get(value);
    if (first === undefined) this.#first.set(value, owner);
    else if (first !== owner) this.problems.add(path, `has the same ${this.noun} as ${first}`);
  }
}
