import { isJsonObject } from './json-value.js';
import { membersOf, type MemberSpan, type Span } from './json-spans.js';

/** No event is as big (Segment takes 32 KB); a second JSON.parse of megabytes is for nobody's good. */
const MAX_EVENT_BYTES = 1_000_000;

/** More members than any event has; keeps an object of many from costing its names' decoding. */
const MAX_MEMBERS = 1000;

/** What an event has of its own: an extra of that name has overwritten it. */
const EVENT_FIELDS: ReadonlySet<string> = new Set([
  'anonymousId',
  'context',
  'event',
  'groupId',
  'integrations',
  'messageId',
  'originalTimestamp',
  'properties',
  'receivedAt',
  'sentAt',
  'timestamp',
  'traits',
  'type',
  'userId',
  'writeKey',
]);

/** The names go into a log line, which a name from outside must neither break nor fill. */
const LOGGABLE = /^[\w.-]{1,64}$/;

/** An event as it may have been before Webhook Audiences merged its extras into it. */
export interface Unmerged {
  readonly bytes: Buffer;
  /** Extras that took the place of a field: then `bytes` is not what was signed. */
  readonly overwritten: readonly string[];
}

/**
 * The event's raw bytes without the top-level members that its own
 * `context.personas.audience_settings.extras` names (contracts/engage.md §2); undefined when it
 * names none that are there. Cut from the bytes, for a number written again may read differently.
 */
export function withoutExtras(json: Buffer, event: Span): Unmerged | undefined {
  const bytes = json.subarray(event.start, event.end);
  // Most events have no extras, and this look is far cheaper than a second JSON.parse.
  if (bytes.length > MAX_EVENT_BYTES || !bytes.includes('"extras"')) return undefined;
  const names = extrasNames(bytes);
  if (names.size === 0) return undefined;
  const members = namedMembers(bytes);
  const kept = members.filter((member) => !names.has(member.name));
  if (members.length === 0 || kept.length === members.length) return undefined;
  return { bytes: joined(bytes, kept), overwritten: overwrittenFields(members, kept, names) };
}

interface NamedMember {
  readonly name: string;
  readonly span: MemberSpan;
}

function namedMembers(bytes: Buffer): readonly NamedMember[] {
  const members: NamedMember[] = [];
  for (const span of membersOf(bytes, 0)) {
    if (members.length === MAX_MEMBERS) return [];
    const name = parsed(bytes.toString('utf8', span.name.start, span.name.end));
    if (typeof name !== 'string') return [];
    members.push({ name, span });
  }
  return members;
}

function joined(bytes: Buffer, members: readonly NamedMember[]): Buffer {
  const parts = members.flatMap(({ span }) => [COMMA, bytes.subarray(span.start, span.end)]);
  return Buffer.concat([OPEN, ...parts.slice(1), CLOSE]);
}

const OPEN = Buffer.from('{');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');

/** Merging appends a new name and leaves an overwritten one where it was: before fields that stay. */
function overwrittenFields(
  members: readonly NamedMember[],
  kept: readonly NamedMember[],
  names: ReadonlySet<string>,
): readonly string[] {
  const lastKept = kept.at(-1)?.span.start ?? 0;
  return members
    .filter(({ name }) => names.has(name) && !isArrayIndex(name))
    .filter(({ name, span }) => EVENT_FIELDS.has(name) || span.start < lastKept)
    .map(({ name }) => (LOGGABLE.test(name) ? name : '(unprintable)'));
}

/** JavaScript puts such names first in an object, new or not. */
function isArrayIndex(name: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(name);
}

function extrasNames(event: Buffer): ReadonlySet<string> {
  let value = parsed(event.toString('utf8'));
  for (const name of ['context', 'personas', 'audience_settings', 'extras']) {
    value = isJsonObject(value) ? value[name] : undefined;
  }
  const extras = typeof value === 'string' ? parsed(value) : value;
  return new Set(isJsonObject(extras) ? Object.keys(extras) : []);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
