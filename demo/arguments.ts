import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** Members of the first sync. */
  readonly members: number;
  /** Enters and leaves that of each audience are watched, by turns. */
  readonly flips: number;
}

/** @throws Error that says how to call it */
export function readArguments(argv: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      members: { type: 'string', default: '20000' },
      flips: { type: 'string', default: '10' },
    },
  });
  return {
    members: count('members', values.members),
    flips: count('flips', values.flips),
  };
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new Error(`--${name} ${text}: say a whole number from 1 on, as in --${name} 2000`);
  }
  return Number(text);
}
