import { InvalidInputError } from '../error.js';

const MAX_DEPTH = 32;
const MAX_PARTS = 100_000;

/**
 * Refuses what would take long to check, or more stack than there is: a body that is small in bytes
 * may have millions of parts.
 * @throws InvalidInputError
 */
export function checkSize(body: unknown): void {
  let level: unknown[] = [body];
  let parts = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    parts += level.length;
    if (depth > MAX_DEPTH) throw refused(`must not be nested more than ${MAX_DEPTH} levels deep`);
    if (parts > MAX_PARTS) throw refused(`must not have more than ${MAX_PARTS} parts`);
    level = level.flatMap((part) =>
      typeof part === 'object' && part !== null ? Object.values(part) : [],
    );
  }
}

function refused(detail: string): InvalidInputError {
  return new InvalidInputError([{ pointer: '', detail }]);
}
