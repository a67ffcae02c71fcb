import { closestMatch } from 'leven';

/**
 * The known key that was most likely meant: one that the given one begins, as `heart_beat` does
 * `heart_beat_interval`, else the one with the fewest letters to change.
 */
export function nearestKey(given: string, known: readonly string[]): string | undefined {
  const longer = given === '' ? undefined : known.find((key) => key.startsWith(given));
  return longer ?? closestMatch(given, known);
}
