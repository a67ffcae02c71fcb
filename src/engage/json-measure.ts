import { isJsonObject } from './json-value.js';

/** What a parsed value takes as JSON text without white space. */
export interface JsonMeasure {
  /** Bytes of UTF-8. */
  readonly bytes: number;
  /** Levels of arrays and objects; a scalar has none. */
  readonly depth: number;
}

/** Measures without recursion, where JSON.stringify would run out of stack on a deep value. */
export function measureJson(root: unknown): JsonMeasure {
  const pending: { readonly value: unknown; readonly depth: number }[] = [
    { value: root, depth: 0 },
  ];
  let bytes = 0;
  let deepest = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    const depth = next.depth + 1;
    if (Array.isArray(value)) {
      bytes += 1 + Math.max(value.length, 1);
      for (const item of value) pending.push({ value: item, depth });
    } else if (isJsonObject(value)) {
      const entries = Object.entries(value);
      bytes += 1 + Math.max(entries.length, 1);
      for (const [name, member] of entries) {
        bytes += scalarBytes(name) + 1;
        pending.push({ value: member, depth });
      }
    } else {
      bytes += scalarBytes(value);
      continue;
    }
    deepest = Math.max(deepest, depth);
  }
  return { bytes, depth: deepest };
}

function scalarBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? 'null');
}
