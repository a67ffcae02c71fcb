import type { Readable, Writable } from 'node:stream';

/** All that the program touches of its process. */
export interface Surroundings {
  /** Behind the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: NodeJS.WriteStream;
}
