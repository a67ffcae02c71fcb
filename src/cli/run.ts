import { CommanderError } from 'commander';
import { AudienceSyncError } from '../error.js';
import { ProblemError } from './admin-api/problem.error.js';
import { CliError } from './cli.errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { printableLines } from './output/printable.js';
import { createProgram } from './program.js';
import type { Surroundings } from './surroundings.js';

/** Runs one command to its end. Never rejects: errors are a sentence on stderr and an exit code. */
export async function run(around: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  const endWith = (code: ExitCode): void => {
    exitCode = code;
  };
  try {
    await createProgram(around, endWith).parseAsync(around.argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has told it already; help that was asked for is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    around.stderr.write(`audience-sync: ${printableLines(messageOf(error))}\n`);
    return error instanceof CliError || error instanceof ProblemError
      ? error.exitCode
      : EXIT.failed;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AudienceSyncError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
