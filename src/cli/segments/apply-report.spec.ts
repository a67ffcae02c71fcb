import { describe, expect, it } from 'vitest';
import { reportOf, reportText } from './apply-report.js';
import type { AppliedStep } from './apply-segments.js';
import type { FieldChange } from './field-changes.js';

const found = {
  segmentId: 'x',
  product: 'shop',
  name: 'Changed',
  description: '',
  overlay: true,
  updatedAt: '',
  updatedBy: '',
  version: 1,
  usage: [],
};

function change(...changes: readonly FieldChange[]): AppliedStep {
  return { step: { kind: 'change', name: 'Changed', fields: {}, found, changes } };
}

const textOf = (applied: readonly AppliedStep[], dryRun = false): string =>
  reportText(reportOf('shop', applied, dryRun));

describe('what apply tells', () => {
  it('is what became of each segment, and counts', () => {
    const applied: AppliedStep[] = [
      { step: { kind: 'create', name: 'New', fields: {} } },
      change({ field: 'description', from: '', to: 'x' }),
      { step: { kind: 'keep', name: 'Same' } },
      { step: { kind: 'delete', name: 'Old', found }, problem: '409 Conflict: in use' },
    ];
    expect(textOf(applied)).toBe(
      [
        '+ New',
        '~ Changed',
        '    description: "" -> "x"',
        '= Same',
        '! Old',
        '    409 Conflict: in use',
        'shop: 1 created, 1 changed, 0 deleted, 1 unchanged, 1 refused',
      ].join('\n'),
    );
    expect(textOf(applied.slice(0, 1), true)).toContain('1 to create');
  });

  it('shows of long values where they begin to differ', () => {
    const list = 'user@example.com, '.repeat(500);
    const text = textOf([
      change({ field: 'comparisonValue', from: `${list}a`, to: `${list}b, c${list}` }),
    ]);
    expect(text).toMatch(/: …, user@example\.com, a" -> …, user@example\.com, b, cuser.*…\n/);
  });
});
