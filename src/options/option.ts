import type { Format } from './format/format.js';

/** Marks an option whose variable is `CONFIGCAT_` and its path, as the ConfigCat Proxy names them. */
export const BY_PATH = Symbol('named by its path');

/** What the loader and `docs/options.md` know of one option. */
export interface OptionSpec<T> {
  readonly is: Format<T>;
  /** One sentence or two for `docs/options.md`. */
  readonly does: string;
  readonly default?: T;
  /** For the page, where the default is derived from other options (`derived-defaults.ts`). */
  readonly defaultText?: string;
  readonly required?: boolean;
  /** What means the default, too, as zero values do to the ConfigCat Proxy. */
  readonly unset?: 0 | '';
  /** The variable that goes over the file. */
  readonly env?: string | typeof BY_PATH;
  /** The key in the file, where it is not the property's name in snake_case. */
  readonly yaml?: string;
}

/** A class of the options tree. */
export type OptionsClass<T extends object = object> = new () => T;

interface Named {
  readonly property: string;
  readonly yaml: string;
}

/** One property of an options class. */
export type Member =
  | (Named & { readonly kind: 'value'; readonly spec: OptionSpec<unknown> })
  | (Named & { readonly kind: 'group'; readonly type: OptionsClass })
  | (Named & { readonly kind: 'entries'; readonly type: OptionsClass; readonly id: string })
  | (Named & {
      readonly kind: 'items';
      readonly type: OptionsClass;
      readonly does: string;
      readonly env: typeof BY_PATH | undefined;
    });

type Unnamed = Member extends infer M ? (M extends Member ? Omit<M, keyof Named> : never) : never;
type Holder<K extends string, V> = { readonly [P in K]?: V | undefined };

const members = new Map<unknown, Member[]>();

function snakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function register(target: object, property: string, rest: Unnamed, yaml?: string): void {
  const listed = members.get(target.constructor) ?? [];
  members.set(target.constructor, listed);
  listed.push({ ...rest, property, yaml: yaml ?? snakeCase(property) });
}

/** The options of a class in the order of their declaration, those of its base class first. */
export function membersOf(type: OptionsClass): readonly Member[] {
  const chain: unknown[] = [];
  for (let at: unknown = type; at !== null; at = Reflect.getPrototypeOf(Object(at))) chain.push(at);
  return chain.toReversed().flatMap((known) => members.get(known) ?? []);
}

/** Declares one option. */
export function Option<T>(spec: OptionSpec<T>) {
  return <K extends string>(target: Holder<K, T>, property: K): void => {
    register(target, property, { kind: 'value', spec }, spec.yaml);
  };
}

/** Declares a mapping of options, which is there with its defaults when the file has none. */
export function Group<T extends object>(type: OptionsClass<T>) {
  return <K extends string>(target: Holder<K, T>, property: K): void => {
    register(target, property, { kind: 'group', type });
  };
}

/** Declares a mapping of ids that the user chooses; `id` is how the page calls one. */
export function Entries<T extends object>(type: OptionsClass<T>, id: string) {
  return <K extends string>(target: Holder<K, ReadonlyMap<string, T>>, property: K): void => {
    register(target, property, { kind: 'entries', type, id });
  };
}

/** Declares a list of mappings; with `BY_PATH` it can be JSON in the environment. */
export function Items<T extends object>(
  type: OptionsClass<T>,
  { does, env }: { readonly does: string; readonly env?: typeof BY_PATH },
) {
  return <K extends string>(target: Holder<K, readonly T[]>, property: K): void => {
    register(target, property, { kind: 'items', type, does, env });
  };
}
