/** Identifiers of an event, tried in order, or the path of a property that holds the member's key. */
export type ContextKey =
  | {
      readonly kind: 'identifiers';
      readonly order: readonly ('userId' | 'email' | 'anonymousId')[];
    }
  | { readonly kind: 'path'; readonly names: readonly string[] };

const ORDERS = new Map<string, Extract<ContextKey, { kind: 'identifiers' }>['order']>([
  ['user_id_only', ['userId']],
  ['user_id_then_email', ['userId', 'email']],
  ['user_id_then_anonymousId', ['userId', 'anonymousId']],
  ['user_id_then_email_then_anonymousId', ['userId', 'email', 'anonymousId']],
  ['email_only', ['email']],
]);
const PATH = /^path:\$(?:\.[^.]+)+$/;

/** The words of `context_key` beside `path:…`. */
export const CONTEXT_KEY_WORDS: readonly string[] = [...ORDERS.keys()];

/**
 * Reads the option `context_key` (`contracts/engage.md` §4): one of the words, or `path:$` and
 * dotted names of own properties. Undefined for anything else.
 */
export function parseContextKey(text: string): ContextKey | undefined {
  const order = ORDERS.get(text);
  if (order !== undefined) return { kind: 'identifiers', order };
  if (!PATH.test(text)) return undefined;
  return { kind: 'path', names: text.slice('path:$.'.length).split('.') };
}
