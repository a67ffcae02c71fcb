import type { Segment } from '../admin-api/answers.js';
import { completeFields, FIELD_NAMES, type SegmentFields } from './desired-segment.js';
import { fieldChanges, type FieldChange } from './field-changes.js';
import type { SegmentFile } from './segment-file.js';

/** What is to be done about one segment. */
export type SegmentStep =
  | { readonly kind: 'create'; readonly name: string; readonly fields: SegmentFields }
  | {
      readonly kind: 'change';
      readonly name: string;
      readonly fields: SegmentFields;
      readonly found: Segment;
      readonly changes: readonly FieldChange[];
    }
  | { readonly kind: 'keep'; readonly name: string }
  | { readonly kind: 'delete'; readonly name: string; readonly found: Segment };

export interface PlanOptions {
  /** Whether what the file does not name is to go. */
  readonly prune: boolean;
}

/** What makes a product's segments those of a file: in the file's order, deletions last. */
export function planSegments(
  file: SegmentFile,
  found: readonly Segment[],
  { prune }: PlanOptions,
): readonly SegmentStep[] {
  const byName = new Map(found.map((segment) => [segment.name, segment]));
  const steps = file.segments.map(({ name, fields }): SegmentStep => {
    const segment = byName.get(name);
    if (segment === undefined) return { kind: 'create', name, fields };
    const changes = changesOf(segment, fields);
    if (changes.length === 0) return { kind: 'keep', name };
    return { kind: 'change', name, fields, found: segment, changes };
  });
  const wanted = new Set(file.segments.map(({ name }) => name));
  const deleted = new Set(file.deleted);
  const leaving = found.filter(({ name }) => deleted.has(name) || (prune && !wanted.has(name)));
  return [
    ...steps,
    ...leaving.map((segment): SegmentStep => {
      return { kind: 'delete', name: segment.name, found: segment };
    }),
  ];
}

function changesOf(segment: Segment, desired: SegmentFields): readonly FieldChange[] {
  const now = Object.fromEntries(FIELD_NAMES.map((field) => [field, segment[field]]));
  return fieldChanges(completeFields(now), desired);
}
