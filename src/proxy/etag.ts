import { hash } from 'node:crypto';

/**
 * Whether a condition (`If-None-Match`) names an entity tag. Weak and strong are one here: an equal
 * tag means equal bytes. The literal `null` of an old Node SDK names nothing.
 */
export function isKnown(condition: string | undefined, etag: string): boolean {
  if (condition === undefined) return false;
  if (condition === etag) return true;
  const tags = condition.split(',').map(opaque);
  return tags.includes('*') || tags.includes(opaque(etag));
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

/** Names the bytes of an answer, so replicas with the same content answer the same tag. */
export function entityTag(body: string): string {
  return `W/"${hash('sha256', body, 'hex').slice(0, 16)}"`;
}
