export type Level = 'OK' | 'WARN' | 'FAIL';

/** What one look brought. */
export interface Finding {
  readonly level: Level;
  /** What was looked at, in a word or two. */
  readonly about: string;
  readonly says: string;
  /** What to do; missing where nothing is. */
  readonly advice?: string;
}

export function ok(about: string, says: string): Finding {
  return { level: 'OK', about, says };
}

export function warn(about: string, says: string, advice: string): Finding {
  return { level: 'WARN', about, says, advice };
}

export function fail(about: string, says: string, advice: string): Finding {
  return { level: 'FAIL', about, says, advice };
}

/** For people, with what to do in a line of its own. */
export function findingText({ level, about, says, advice }: Finding): string {
  const head = `${level.padEnd(4)}  ${about.padEnd(10)}  ${says}`;
  return advice === undefined ? head : `${head}\n${' '.repeat(18)}-> ${advice}`;
}
