/** One thing wrong with the options. Neither field ever holds a secret's value. */
export interface Problem {
  /** The YAML path, `-c` or the file's name. */
  readonly path: string;
  readonly message: string;
}

/** Collects all that is wrong, so that one start shows it all. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #variables = new Map<string, string>();

  /** Remembers that a path's value came from a variable: its problems then name the variable. */
  cameFrom(path: string, variable: string): void {
    this.#variables.set(path, variable);
  }

  add(path: string, message: string): void {
    const variable = this.#variables.get(path);
    const source = variable === undefined ? '' : ` (it comes from the variable ${variable})`;
    this.#found.push({ path, message: `${message}${source}` });
  }

  /** True when this path or a part of it has one: its value is a default then, and proves nothing. */
  has(path: string): boolean {
    const inside = [`${path}.`, `${path}[`];
    return this.#found.some((problem) => {
      return problem.path === path || inside.some((start) => problem.path.startsWith(start));
    });
  }

  /** In the order they were found. */
  all(): readonly Problem[] {
    return [...this.#found];
  }
}
