import { describe, expect, it } from 'vitest';
import { statusParts } from '../../test/support/status-parts.js';
import { Metrics } from '../observability/metrics.js';
import type { StatusDocument } from '../observability/status-document.js';
import type { Answers } from './answers.js';
import { MetricsSum } from './metrics-sum.js';
import { WorkersTold } from './workers-told.js';

const DOCUMENT: StatusDocument = { status: 'healthy', ...statusParts() };

type AllAnswers = { readonly [K in keyof Answers]: readonly (Answers[K] | undefined)[] };

/** Of two workers, by what each lacks; undefined: it does not answer. */
function told(...missing: readonly (readonly string[] | undefined)[]): WorkersTold {
  const answers: AllAnswers = {
    status: missing.map((what) => what && DOCUMENT),
    readiness: missing,
    metrics: [],
    order: [],
    othersServe: [],
  };
  return new WorkersTold({
    pool: {
      restarts: 0,
      ask: (kind) => {
        const given = answers[kind];
        return Promise.resolve(given.map((value, index) => ({ index, pid: index, value })));
      },
    },
    sum: new MetricsSum(),
    own: new Metrics(),
    count: 2,
  });
}

describe('what the primary tells of its workers', () => {
  it.each([
    ['healthy', [], []],
    ['degraded', [], ['memberships']],
    ['initializing', ['memberships'], ['memberships']],
    ['degraded', [], undefined],
  ] as const)('is %s where they lack %j and %j', async (status, first, second) => {
    expect((await told(first, second).read()).workers).toMatchObject({ status });
  });

  it('names what each lacks', async () => {
    expect(await told([], ['memberships']).missing).toEqual(['memberships (worker 2)']);
    expect(await told(['configs'], undefined).missing).toEqual([
      'configs (worker 1)',
      'an answer (worker 2)',
    ]);
  });
});
