/** A segment as a file wants it: what the API takes, complete. */
export interface DesiredSegment {
  readonly name: string;
  /** By the API's names; without what the service alone decides. */
  readonly fields: SegmentFields;
}

export type SegmentFields = Readonly<Partial<Record<FieldName, unknown>>>;

/** What a segment says of itself, in the order in which people read it. */
export const FIELD_NAMES = [
  'description',
  'comparisonAttribute',
  'comparator',
  'comparisonValue',
  'conditions',
  'audience',
  'delivery',
  'overlay',
] as const;

export type FieldName = (typeof FIELD_NAMES)[number];

/** What the API answers as well; a file may have it, as a copy of an answer does. */
export const READ_ONLY_NAMES: ReadonlySet<string> = new Set([
  'segmentId',
  'product',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'version',
  'usage',
]);

/** With what the API takes for a field that is not said, so that two of them can be compared. */
export function completeFields(fields: SegmentFields): SegmentFields {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
  const isAudience = given['audience'] !== undefined;
  return { description: '', overlay: true, ...(isAudience && { delivery: 'auto' }), ...given };
}
