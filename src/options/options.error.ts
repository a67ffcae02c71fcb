import { AudienceSyncError } from '../error.js';
import type { Problem } from './problems.js';

/** The options can't be used; `problems` has all that is wrong with them, and the message lists it. */
export class OptionsError extends AudienceSyncError {
  readonly code = 'invalid_options';

  constructor(
    readonly problems: readonly Problem[],
    optionsFile: string | undefined,
    options?: ErrorOptions,
  ) {
    const where = optionsFile === undefined ? '' : ` in ${optionsFile}`;
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    super([`${count} with the options${where}:`, ...lines].join('\n'), options);
  }
}
