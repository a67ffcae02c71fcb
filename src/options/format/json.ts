/** JSON as the environment gives it for lists and mappings; undefined for text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** A list or mapping as it stands, or the one that a text holds as JSON (a `${NAME}` does). */
export function structureOf(raw: unknown): unknown {
  return typeof raw === 'string' ? parseJson(raw) : raw;
}
