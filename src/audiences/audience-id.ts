/** Ids are drawn from here: exact as numbers, and too large to be another receiver's by chance. */
export const LOWEST_ID = 2 ** 40;
export const HIGHEST_ID = 2 ** 48 - 1;

/** An id of ours, or undefined: another receiver's ids may look like anything. */
export function parseAudienceId(text: string): number | undefined {
  return /^[1-9]\d{12,14}$/.test(text) ? Number(text) : undefined;
}
