/** What became of one flag or segment. */
export interface Change {
  readonly kind: 'flag' | 'segment';
  /**
   * The flag's key, or the segment's name (the new one); exactly, so it may be of any length and
   * hold what PostgreSQL refuses in a text.
   */
  readonly subject: string;
  /**
   * Sentences, separated by a space each; at most 10,000 UTF-16 units, cut with a mark that tells
   * so. Well-formed, and without control characters.
   */
  readonly details: string;
}

const MOST_UNITS = 10_000;

const CUT_MARK = '… (there is more, which is cut here)';

const HALF_OF_PAIR = /[\ud800-\udbff]$/;

/**
 * The change that these sentences tell of; undefined where there are none. Sentences behind the
 * cut are not asked for, so that a generator of many costs little.
 */
export function changeOf(
  kind: Change['kind'],
  subject: string,
  sentences: Iterable<string>,
): Change | undefined {
  let details = '';
  for (const sentence of sentences) {
    details += details === '' ? sentence : ` ${sentence}`;
    if (details.length > MOST_UNITS) break;
  }
  return details === '' ? undefined : { kind, subject, details: fitting(details) };
}

function fitting(details: string): string {
  if (details.length <= MOST_UNITS) return details;
  return details.slice(0, MOST_UNITS - CUT_MARK.length).replace(HALF_OF_PAIR, '') + CUT_MARK;
}
