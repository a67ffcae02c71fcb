/** How a kind of names is numbered. */
export interface Numbering {
  /** The `number`th of those that want the same name, from 2 on. */
  readonly nameOf: (wanted: string, number: number) => string;
  /** The names in use that numbering this one may lead to, and perhaps others. */
  readonly readTaken: (wanted: string) => Promise<Iterable<string>>;
}

/** Gives names that nobody has: the wanted ones, or the first numbered ones that are free. */
export class FreeNames {
  readonly #taken: Set<string>;
  readonly #numbering: Numbering;
  /** The last number given, by the name that was wanted. */
  readonly #numbers = new Map<string, number>();

  /** `taken`: those in use of all that will be wanted. */
  constructor(taken: Iterable<string>, numbering: Numbering) {
    this.#taken = new Set(taken);
    this.#numbering = numbering;
  }

  /** A name that is taken from now on. */
  async take(wanted: string): Promise<string> {
    const free = this.#taken.has(wanted) ? await this.#numbered(wanted) : wanted;
    this.#taken.add(free);
    return free;
  }

  async #numbered(wanted: string): Promise<string> {
    let number = this.#numbers.get(wanted);
    if (number === undefined) {
      number = 1;
      for (const name of await this.#numbering.readTaken(wanted)) this.#taken.add(name);
    }
    let free;
    do {
      number += 1;
      free = this.#numbering.nameOf(wanted, number);
    } while (this.#taken.has(free));
    this.#numbers.set(wanted, number);
    return free;
  }
}
