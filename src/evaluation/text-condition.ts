import { toText } from './attribute-value.js';
import type { Condition } from './run.js';
import type { AttributeReader } from './scope.js';

/** Tells whether a text is what a positive comparator asks for. */
export type TextTest = (text: string) => boolean;

/** A comparator over the attribute's text. */
export function textCondition(read: AttributeReader, test: TextTest, negated: boolean): Condition {
  return (run) => {
    const value = read(run);
    return value === undefined ? undefined : test(toText(value)) !== negated;
  };
}

/** The set of a list, made when it is first asked: a config has more lists than a day uses. */
export function lazySet(items: readonly string[]): (item: string) => boolean {
  let set: ReadonlySet<string> | undefined;
  return (item) => (set ??= new Set(items)).has(item);
}

export function equalTo(item: string): TextTest {
  return (text) => text === item;
}

export function containingAnyOf(items: readonly string[]): TextTest {
  return (text) => items.some((item) => text.includes(item));
}

export function startingWithAnyOf(items: readonly string[]): TextTest {
  return (text) => items.some((item) => text.startsWith(item));
}

export function endingWithAnyOf(items: readonly string[]): TextTest {
  return (text) => items.some((item) => text.endsWith(item));
}
