/** Whether a body of an answer is what the contract says. */
export type Guard<Answer> = (body: unknown) => body is Answer;

type Kind = 'text' | 'number' | 'switch' | 'list' | 'text or null' | 'anything';

const CHECKS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  switch: (value) => typeof value === 'boolean',
  list: Array.isArray,
  'text or null': (value) => typeof value === 'string' || value === null,
  anything: (value) => value !== undefined,
};

/** Objects that have these members; others are theirs to have. */
export function shape<Answer extends object>(
  members: Readonly<Partial<Record<keyof Answer & string, Kind>>>,
): Guard<Answer> {
  const checks = Object.entries<Kind | undefined>(members);
  return (body): body is Answer =>
    isObject(body) &&
    checks.every(([name, kind]) => kind === undefined || CHECKS[kind](body[name]));
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

export function pageOf<Item>(isItem: Guard<Item>): Guard<Page<Item>> {
  return (body): body is Page<Item> =>
    isObject(body) &&
    Array.isArray(body['items']) &&
    body['items'].every(isItem) &&
    CHECKS['text or null'](body['next']);
}

/** An answer without a body. */
export function isNothing(body: unknown): body is undefined {
  return body === undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
