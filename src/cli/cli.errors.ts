import { AudienceSyncError } from '../error.js';
import { EXIT, type ExitCode } from './exit-code.js';

/** What ends the program with a sentence on stderr, and no stack. */
export abstract class CliError extends AudienceSyncError {
  abstract readonly exitCode: ExitCode;
}

/** The arguments, or a file that they name, can't be used. */
export class UsageError extends CliError {
  readonly code = 'wrong_usage';
  readonly exitCode = EXIT.usage;
}

/** It was tried, and something is wrong here or there. */
export class FailedError extends CliError {
  readonly code = 'failed';
  readonly exitCode = EXIT.failed;
}

/** No answer, or none in time. */
export class UnreachableError extends CliError {
  readonly code = 'unreachable';
  readonly exitCode = EXIT.unreachable;
}

/** There is no token to show. */
export class NoTokenError extends CliError {
  readonly code = 'no_token';
  readonly exitCode = EXIT.unauthorized;
}
