import { hash } from 'node:crypto';

/** What an old Node SDK sends before it knows any tag. So it names nothing, also where an upstream gives it. */
const NO_TAG = 'null';
/** An entity tag may hold commas. What has no quotes, as some upstreams' tags, ends at one. */
const TAGS = /(?:W\/)?"[^"]*"|[^\s,][^,]*/g;

/**
 * Whether a condition (`If-None-Match`) names an entity tag. Weak and strong are one here: an equal
 * tag means equal bytes.
 */
export function isKnown(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  if (condition === etag) return condition !== NO_TAG;
  if (condition.trim() === '*') return true;
  const wanted = opaque(etag);
  if (wanted === NO_TAG) return false;
  return condition.match(TAGS)?.some((tag) => opaque(tag) === wanted) ?? false;
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

/** Names the bytes of an answer, so replicas with the same content answer the same tag. */
export function entityTag(body: string): string {
  return `W/"${hash('sha256', body, 'hex').slice(0, 16)}"`;
}
