import type { ConfigJson } from '../evaluation/config-json.js';
import { quoted } from './shown-text.js';

/** How conditions of one of two versions are read, to be compared with those of the other. */
export interface Reading {
  /** What the indexes of segment conditions point to. */
  readonly segments: readonly NamedSegment[];
  /** Whether the hashed values of both were made with one salt; else only their counts compare. */
  readonly comparesHashes: boolean;
}

/** A segment as conditions name it: by its name, and where several bear it, by which of them. */
export interface NamedSegment {
  readonly name: string;
  /** 1, but for the second and further ones of a name. */
  readonly ordinal: number;
}

/** The readings of two versions of a config. */
export function readingsOf(before: ConfigJson, after: ConfigJson): [Reading, Reading] {
  const comparesHashes = (before.p?.s ?? null) === (after.p?.s ?? null);
  return [
    { segments: namedSegments(before), comparesHashes },
    { segments: namedSegments(after), comparesHashes },
  ];
}

/** `'Beta'`, `'Beta' (2)`; `'<invalid name>'` and `'<invalid reference>'` as in the evaluation log. */
export function segmentLabel(segment: NamedSegment | undefined): string {
  if (segment === undefined) return quoted('<invalid reference>');
  const name = quoted(segment.name || '<invalid name>');
  return segment.ordinal === 1 ? name : `${name} (${segment.ordinal})`;
}

function namedSegments({ s }: ConfigJson): NamedSegment[] {
  const ordinals = new Map<string, number>();
  return (s ?? []).map(({ n: name }) => {
    const ordinal = (ordinals.get(name) ?? 0) + 1;
    ordinals.set(name, ordinal);
    return { name, ordinal };
  });
}
