import { describe, expect, it } from 'vitest';
import type { Segment } from '../admin-api/answers.js';
import { completeFields, type SegmentFields } from './desired-segment.js';
import type { SegmentFile } from './segment-file.js';
import { planSegments } from './segment-plan.js';

const TRIPLE = { comparisonAttribute: 'Email', comparator: 'isOneOf', comparisonValue: 'a, b' };

/** As the API answers it. */
function found(name: string, over: Partial<Segment> = TRIPLE): Segment {
  return {
    segmentId: `id of ${name}`,
    product: 'shop',
    name,
    description: '',
    overlay: true,
    updatedAt: '2026-01-01T00:00:00.000Z',
    updatedBy: 'ada',
    version: 3,
    usage: [],
    ...over,
  };
}

function file(segments: Record<string, SegmentFields>, deleted: string[] = []): SegmentFile {
  return {
    product: 'shop',
    segments: Object.entries(segments).map(([name, fields]) => ({
      name,
      fields: completeFields(fields),
    })),
    deleted,
  };
}

function fewerThan(seats: number) {
  return [
    { comparator: 'textEquals', comparisonValue: { stringValue: 'x' } },
    { comparator: 'numberLess', comparisonValue: { doubleValue: seats } },
  ];
}

const KEEP = { prune: false };

describe('the difference between a file and a product', () => {
  it('is nothing where both say the same, in whatever order', () => {
    const conditions = [{ comparator: 'numberLess', comparisonValue: { doubleValue: 5 } }];
    const same = [{ comparisonValue: { doubleValue: 5 }, comparator: 'numberLess' }];
    const steps = planSegments(
      file({ A: TRIPLE, B: { audience: { id: '7' } }, C: { conditions } }),
      [
        found('A'),
        found('B', { audience: { id: '7' }, delivery: 'auto' }),
        found('C', { conditions: same }),
      ],
      KEEP,
    );
    expect(steps.map(({ kind }) => kind)).toEqual(['keep', 'keep', 'keep']);
  });

  it('names each field that changes, as deep inside as it does', () => {
    const [deep, other] = planSegments(
      file({
        A: { conditions: fewerThan(7), description: 'new' },
        B: { audience: { destination: 'engage', computationId: 'aud_1' } },
      }),
      [found('A', { conditions: fewerThan(5) }), found('B', TRIPLE)],
      KEEP,
    );
    expect(deep).toMatchObject({
      kind: 'change',
      changes: [
        { field: 'description', from: '', to: 'new' },
        { field: 'conditions[1].comparisonValue.doubleValue', from: 5, to: 7 },
      ],
    });
    expect(other).toMatchObject({
      kind: 'change',
      changes: [
        { field: 'comparisonAttribute', from: 'Email', to: undefined },
        { field: 'comparator', from: 'isOneOf', to: undefined },
        { field: 'comparisonValue', from: 'a, b', to: undefined },
        { field: 'delivery', from: undefined, to: 'auto' },
        { field: 'audience', from: undefined, to: { destination: 'engage' } },
      ],
    });
  });

  it('takes what the file leaves out back to what the API takes for granted', () => {
    const [step] = planSegments(
      file({ A: TRIPLE }),
      [found('A', { ...TRIPLE, description: 'old', overlay: false })],
      KEEP,
    );
    expect(step).toMatchObject({
      changes: [
        { field: 'description', from: 'old', to: '' },
        { field: 'overlay', from: false, to: true },
      ],
    });
  });

  it('leaves alone what the file does not name, unless it is asked to prune', () => {
    const here = [found('A'), found('B'), found('C')];
    const wanted = file({ New: TRIPLE, A: TRIPLE }, ['B', 'Gone already']);
    const shown = (prune: boolean) =>
      planSegments(wanted, here, { prune }).map(({ kind, name }) => `${kind} ${name}`);
    expect(shown(false)).toEqual(['create New', 'keep A', 'delete B']);
    expect(shown(true)).toEqual(['create New', 'keep A', 'delete B', 'delete C']);
  });
});
