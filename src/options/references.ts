import { readFileSync } from 'node:fs';
import type { Environment } from './environment.js';
import { isMapping } from './format/mapping.js';
import { givenOf, itemOf, TOP, type Place } from './place.js';
import type { Problems } from './problems.js';

const FILE = /^file:(\/.+)$/;
// `$${NAME}` is the text `${NAME}` itself.
const VARIABLE = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Replaces `${NAME}` by variables and `file:/…` by what the file holds, without its last line
 * break. What came in that way is not looked at again: a secret may hold any characters.
 */
export class References {
  constructor(
    private readonly env: Environment,
    private readonly problems: Problems,
  ) {}

  /** The tree with all references replaced; where one leads nowhere, there is a problem. */
  resolve(tree: unknown): unknown {
    return this.#resolve(tree, TOP);
  }

  #resolve(raw: unknown, place: Place): unknown {
    if (typeof raw === 'string') return this.#text(raw, place.path);
    if (Array.isArray(raw)) {
      const items: readonly unknown[] = raw;
      return items.map((item, index) => this.#resolve(item, itemOf(place, index)));
    }
    if (!isMapping(raw)) return raw;
    const entries = Object.entries(raw).map(([key, value], index) => {
      return [key, this.#resolve(value, givenOf(place, key, index))] as const;
    });
    return Object.fromEntries(entries);
  }

  #text(raw: string, path: string): string {
    const file = FILE.exec(raw)?.[1];
    if (file !== undefined) return this.#file(file, path);
    return raw.replace(VARIABLE, (found: string, escape: string, name: string) => {
      return escape === '$' ? found.slice(1) : this.#variable(name, path);
    });
  }

  #variable(name: string, path: string): string {
    const value = this.env[name];
    if (value) return value;
    this.problems.add(
      path,
      `refers to the variable ${name}, which is not set (write $\${${name}} for the text itself)`,
    );
    return '';
  }

  #file(file: string, path: string): string {
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      this.problems.add(path, `refers to ${file}, which can't be read`);
      return '';
    }
  }
}
