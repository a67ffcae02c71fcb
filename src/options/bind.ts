import { validateSync } from 'class-validator';
import { isMapping } from './format/mapping.js';
import { nearestKey } from './nearest-key.js';
import { membersOf, type Member, type OptionSpec, type OptionsClass } from './option.js';
import { entryOf, isId, itemOf, keyOf, TOP, type Place } from './place.js';
import type { Problems } from './problems.js';
import { whyRefused } from './refused-options.js';

/**
 * Makes the class tree of raw values: each has its format, its default and its class-validator
 * rules. Reports all that is wrong and goes on; where something is, the default stands.
 */
export class Binder {
  constructor(private readonly problems: Problems) {}

  bind<T extends object>(type: OptionsClass<T>, raw: unknown, place: Place = TOP): T {
    const options = new type();
    const given = this.#mapping(raw, place);
    const members = membersOf(type);
    for (const member of members) {
      const at = keyOf(place, member.yaml);
      Reflect.set(options, member.property, this.#member(member, given.get(member.yaml), at));
    }
    this.#reportUnknown([...given.keys()], members, place);
    this.#validate(options, members, place);
    return options;
  }

  #mapping(raw: unknown, place: Place): ReadonlyMap<string, unknown> {
    // `http:` with nothing after it is null, and as good as not there.
    if (raw === undefined || raw === null) return new Map();
    if (isMapping(raw)) return new Map(Object.entries(raw));
    this.problems.add(place.path === '' ? 'the file' : place.path, 'must be a mapping');
    return new Map();
  }

  #member(member: Member, raw: unknown, place: Place): unknown {
    switch (member.kind) {
      case 'group':
        return this.bind(member.type, raw, place);
      case 'entries':
        return this.#entries(member.type, raw, place);
      case 'items':
        return this.#items(member.type, raw, place);
      default:
        return this.#value(member.spec, raw, place);
    }
  }

  #value(spec: OptionSpec<unknown>, raw: unknown, { path }: Place): unknown {
    // A reference that led nowhere was reported already.
    if (this.problems.has(path)) return spec.default;
    if (raw === undefined || raw === null || isUnset(spec, raw)) {
      if (spec.required === true) this.problems.add(path, 'is needed');
      return spec.default;
    }
    const result = spec.is.parse(raw);
    if (result.ok) return result.value;
    this.problems.add(path, result.must);
    return spec.default;
  }

  #entries(type: OptionsClass, raw: unknown, place: Place): ReadonlyMap<string, object> {
    const entries = new Map<string, object>();
    [...this.#mapping(raw, place)].forEach(([id, entry], index) => {
      if (isId(id)) {
        entries.set(id, this.bind(type, entry, entryOf(place, id)));
        return;
      }
      // No rule gets to see it: it would name what it complains of.
      const at = itemOf(place, index);
      this.problems.add(at.path, 'has an id that is not 1 to 64 letters, digits, `_` or `-`');
      this.bind(type, entry, at);
    });
    return entries;
  }

  #items(type: OptionsClass, raw: unknown, place: Place): readonly object[] {
    if (raw === undefined || raw === null) return [];
    if (!Array.isArray(raw)) {
      this.problems.add(place.path, 'must be a list of mappings');
      return [];
    }
    const items: readonly unknown[] = raw;
    return items.map((item, index) => this.bind(type, item, itemOf(place, index)));
  }

  #reportUnknown(keys: readonly string[], members: readonly Member[], place: Place): void {
    const known = members.map((member) => member.yaml);
    for (const key of keys.filter((given) => !known.includes(given))) {
      const at = keyOf(place, key);
      const nearest = `the nearest is \`${nearestKey(key, known) ?? ''}\``;
      const why = whyRefused(at.shape);
      if (why !== undefined) this.problems.add(at.path, why);
      else if (!holdsSecrets(place)) this.problems.add(at.path, `is not an option; ${nearest}`);
      else {
        const number = keys.indexOf(key) + 1;
        this.problems.add(place.path, `has a key (number ${number}) that is no option; ${nearest}`);
      }
    }
  }

  #validate(options: object, members: readonly Member[], place: Place): void {
    for (const error of validateSync(options, { forbidUnknownValues: false })) {
      const yaml = members.find((member) => member.property === error.property)?.yaml;
      const { path } = keyOf(place, yaml ?? error.property);
      // class-validator begins with the property's name; the path says it already.
      const messages = Object.values(error.constraints ?? {}).map((text) =>
        text.replace(`${error.property} `, ''),
      );
      if (!this.problems.has(path)) messages.forEach((text) => this.problems.add(path, text));
    }
  }
}

/** Of an SDK, a destination, a token: what stands there as a key may be a secret, a line too far left. */
function holdsSecrets({ shape }: Place): boolean {
  return /(\*|\])$/.test(shape);
}

/** In a variable a number is text. */
function isUnset({ unset }: OptionSpec<unknown>, raw: unknown): boolean {
  return unset !== undefined && (raw === unset || raw === String(unset));
}
