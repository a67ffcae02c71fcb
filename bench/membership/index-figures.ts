import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { LimitRow } from '../row.js';
import type { IndexFigures } from './index-child.js';

const MEMBERSHIPS = 5_000_000;

/** The membership index of one process, at five million memberships in twenty audiences. */
export async function run(): Promise<LimitRow[]> {
  const { bytes, insert, longest, hot, cold } = await figuresOf(MEMBERSHIPS);
  const group = 'index';
  return [
    {
      group,
      name: 'a membership, at the worst moment of growth',
      ours: bytes,
      atMost: 20,
      unit: 'resident bytes',
    },
    {
      group,
      name: 'an insert (a million a second is 1,000)',
      ours: insert,
      atMost: 1_000,
      unit: 'ns',
    },
    {
      group,
      name: 'the longest insert of 5 million, splits and collections included',
      ours: longest,
      atMost: 15,
      unit: 'ms',
    },
    { group, name: 'a look-up, a thousand members in turn', ours: hot, atMost: 150, unit: 'ns' },
    { group, name: 'a look-up, 400,000 members in turn', ours: cold, unit: 'ns' },
  ];
}

export async function figuresOf(memberships: number): Promise<IndexFigures> {
  const child = fork(join(import.meta.dirname, 'index-child.js'), { execArgv: ['--expose-gc'] });
  child.send({ memberships });
  const answers: IndexFigures[] = await once(child, 'message');
  const [figures] = answers;
  if (figures === undefined) throw new Error('the child told nothing');
  return figures;
}
