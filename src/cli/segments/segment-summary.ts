import type { Segment } from '../admin-api/answers.js';

/** A definition in one line, for people. */
export function summaryOf(segment: Segment): string {
  const { audience, conditions } = segment;
  if (audience != null) return `audience ${Object.values(audience).join('/')}`;
  if (conditions != null) return conditions.map(conditionText).join(' and ');
  return [segment.comparisonAttribute, segment.comparator, segment.comparisonValue]
    .map((part) => part ?? '')
    .join(' ');
}

function conditionText(condition: unknown): string {
  const { comparisonAttribute, comparator, comparisonValue } = membersOf(condition);
  const [value] = Object.values(membersOf(comparisonValue));
  const values = Array.isArray(value)
    ? value.map((item: unknown) => String(membersOf(item)['value'])).join(', ')
    : String(value);
  return `${String(comparisonAttribute)} ${String(comparator)} ${values}`;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
