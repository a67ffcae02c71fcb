import { LONGEST_TIMER_MS } from '../../longest-timer.js';
import type { Options } from '../options.js';
import type { Problems } from '../problems.js';

const SECOND_MS = 1_000;
const LONGEST_SECONDS = Math.floor(LONGEST_TIMER_MS / SECOND_MS);

/** What is waited for by a timer, in milliseconds by path: past 24.8 days Node would wait 1 ms. */
export function checkTimers({ sdks, http, database, engage }: Options, problems: Problems): void {
  const durations = new Map([
    ['http.sse.heart_beat_interval', http.sse.heartBeatInterval],
    ['database.statement_timeout', database.statementTimeout],
    ['engage.flush.delay', engage.flush.delay],
  ]);
  for (const [path, milliseconds] of durations) {
    if (milliseconds > LONGEST_TIMER_MS) problems.add(path, 'must be at most 24d');
  }
  const seconds = new Map(
    [...sdks].flatMap(([id, { pollInterval, offline }]) => [
      [`sdks.${id}.poll_interval`, pollInterval],
      [`sdks.${id}.offline.local.poll_interval`, offline.local.pollInterval],
    ]),
  );
  for (const [path, interval] of seconds) {
    if (interval > LONGEST_SECONDS) {
      problems.add(path, `must be at most ${LONGEST_SECONDS} (24 days)`);
    }
  }
}
