import { parseJson } from './format/json.js';
import { isMapping, type Mapping } from './format/mapping.js';
import { BY_PATH, membersOf, type Member, type OptionsClass } from './option.js';
import { entryOf, isId, keyOf, variableOf, TOP, type Place } from './place.js';
import type { Problems } from './problems.js';

/** Where the variables come from; `process.env` in the service. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable that holds SDK keys by SDK id. */
export const SDKS_VARIABLE = 'CONFIGCAT_SDKS';

/** Two places that one variable sets. */
export interface Collision {
  readonly variable: string;
  readonly paths: readonly [string, string];
}

/** The tree with the environment over it, and what the variables mean. */
export interface Overlaid {
  readonly tree: unknown;
  /** The names of those that have a meaning. */
  readonly known: ReadonlySet<string>;
  readonly collisions: readonly Collision[];
}

/** Puts variables over a tree of raw values. Pure: the given tree stays as it is. */
export class EnvironmentOverlay {
  /** What each variable sets. */
  readonly #paths = new Map<string, string>([[SDKS_VARIABLE, 'sdks']]);
  readonly #collisions: Collision[] = [];

  constructor(
    private readonly env: Environment,
    private readonly problems: Problems,
  ) {}

  /** A new tree of raw values; where it has a variable's, the problems know which. */
  apply(type: OptionsClass, tree: unknown): Overlaid {
    const overlaid = this.#group(type, this.#withSdks(tree), TOP);
    return {
      tree: overlaid,
      known: new Set(this.#paths.keys()),
      collisions: this.#collisions,
    };
  }

  #withSdks(tree: unknown): unknown {
    const variable = this.env[SDKS_VARIABLE];
    if (!variable) return tree;
    const keys = parseJson(variable);
    if (!isMapping(keys)) {
      this.problems.add('sdks', `${SDKS_VARIABLE} must be JSON such as {"<id>":"<key>"}`);
      return tree;
    }
    if (!isMapping(tree ?? {})) return tree;
    const top = isMapping(tree) ? tree : {};
    const sdks = isMapping(top['sdks']) ? top['sdks'] : {};
    const entries = Object.entries(keys).map(([id, key]) => {
      this.problems.cameFrom(`sdks.${id}.key`, SDKS_VARIABLE);
      return [id, { key }] as const;
    });
    return { ...top, sdks: { ...sdks, ...Object.fromEntries(entries) } };
  }

  #group(type: OptionsClass, raw: unknown, place: Place): unknown {
    const given = raw ?? {};
    // What is no mapping stays for the binder to complain of.
    if (!isMapping(given)) return raw;
    const result = new Map(Object.entries(given));
    for (const member of membersOf(type)) {
      const value = this.#member(member, result.get(member.yaml), keyOf(place, member.yaml));
      if (value !== undefined) result.set(member.yaml, value);
    }
    return result.size === 0 ? raw : Object.fromEntries(result);
  }

  #member(member: Member, raw: unknown, place: Place): unknown {
    switch (member.kind) {
      case 'group':
        return this.#group(member.type, raw, place);
      case 'entries':
        return isMapping(raw) ? this.#entries(member.type, raw, place) : raw;
      case 'items':
        return member.env === undefined
          ? raw
          : this.#over(raw, place, { name: variableOf(place.path), json: true });
      default: {
        const { env, is } = member.spec;
        if (env === undefined) return raw;
        const name = env === BY_PATH ? variableOf(place.path) : env;
        return this.#over(raw, place, { name, json: is.json === true });
      }
    }
  }

  #entries(type: OptionsClass, raw: Mapping, place: Place): Mapping {
    const entries = Object.entries(raw).map(([id, entry]) => {
      // What the binder will refuse has no variables: their names would show it.
      return [id, isId(id) ? this.#group(type, entry, entryOf(place, id)) : entry] as const;
    });
    return Object.fromEntries(entries);
  }

  /** The variable's value over the raw one. An empty variable counts as none, as in the proxy. */
  #over(raw: unknown, { path }: Place, { name, json }: { name: string; json: boolean }): unknown {
    const other = this.#paths.get(name);
    if (other !== undefined) this.#collisions.push({ variable: name, paths: [other, path] });
    else this.#paths.set(name, path);
    const value = this.env[name];
    if (!value) return raw;
    this.problems.cameFrom(path, name);
    // Text that is no JSON goes on to the format, which says what it must be.
    return json ? (parseJson(value) ?? value) : value;
  }
}
