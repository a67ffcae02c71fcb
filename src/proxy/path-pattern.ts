/** Between slashes: text that is equal, or a parameter, or the rest of the path. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'rest'; readonly name: string };

/** A path as Nest's decorators write it: `/api/:sdkId/eval`, `/configuration-files/*path`. */
export class PathPattern {
  private readonly parts: readonly Part[];

  constructor(path: string) {
    this.parts = path.split('/').slice(1).map(partOf);
  }

  /** As documentation and metrics show it: `/api/{sdkId}/eval`, `/configuration-files/{path...}`. */
  get label(): string {
    return this.parts
      .map((part) => {
        if (part.kind === 'text') return `/${part.text}`;
        return part.kind === 'parameter' ? `/{${part.name}}` : `/{${part.name}...}`;
      })
      .join('');
  }

  /** How many values `match` gives. */
  get parameterCount(): number {
    return this.parts.filter(({ kind }) => kind !== 'text').length;
  }

  /** Of several patterns of one path, the one with more text is meant. */
  get textCount(): number {
    return this.parts.filter(({ kind }) => kind === 'text').length;
  }

  /**
   * The values in the order of the path, decoded; undefined: another path. No value is empty, `.` or
   * `..`, so a path that is not clean matches nothing. Only inside a rest may segments be empty: the
   * standard alphabet of base64 has a slash.
   */
  match(segments: readonly string[]): readonly string[] | undefined {
    const values: string[] = [];
    for (const [index, part] of this.parts.entries()) {
      const segment = segments[index];
      if (segment === undefined) return undefined;
      if (part.kind === 'text') {
        if (segment !== part.text) return undefined;
        continue;
      }
      const isRest = part.kind === 'rest';
      const value = decoded(isRest ? segments.slice(index) : [segment]);
      if (value === undefined) return undefined;
      values.push(value);
      if (isRest) return values;
    }
    return segments.length === this.parts.length ? values : undefined;
  }
}

function partOf(text: string): Part {
  if (text.startsWith(':')) return { kind: 'parameter', name: text.slice(1) };
  if (text.startsWith('*')) return { kind: 'rest', name: text.slice(1) };
  return { kind: 'text', text };
}

function decoded(segments: readonly string[]): string | undefined {
  if (segments.some((segment) => segment === '.' || segment === '..')) return undefined;
  if (segments[0] === '' || segments.at(-1) === '') return undefined;
  const text = segments.join('/');
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    // Then it is the name of nothing, which its controller says better.
    return text;
  }
}
