import type { Command } from 'commander';
import {
  isRejectedEvent,
  isReplayCounts,
  type RejectedEvent,
  type ReplayCounts,
} from '../admin-api/answers.js';
import { follow } from '../admin-api/pages.js';
import { pageOf } from '../admin-api/shape.js';
import { positiveNumber, time } from '../arguments.js';
import { connect } from '../connection.js';
import { counted } from '../output/counted.js';
import type { Column } from '../output/table.js';
import type { Surroundings } from '../surroundings.js';

interface Filter {
  readonly reason?: string;
  readonly destination?: string;
  readonly since?: string;
  readonly until?: string;
}

const LIST = '/rejected-events';
/** As long as fetch waits. There may be a hundred thousand; what was replayed by then is. */
const REPLAY_TIMEOUT_MS = 290_000;

const COLUMNS: readonly Column<RejectedEvent>[] = [
  { title: 'ID', value: ({ id }) => id },
  { title: 'RECEIVED', value: ({ receivedAt }) => receivedAt },
  { title: 'DESTINATION', value: ({ destination }) => destination },
  { title: 'REASON', value: ({ reason }) => reason },
  { title: 'DETAIL', value: ({ detail }) => detail },
];

export function addRejectedCommands(program: Command, around: Surroundings): void {
  const rejected = program.command('rejected').description('Events that were set aside');

  withFilter(rejected.command('list').description('Which, and why'))
    .option('--limit <number>', 'at most so many', positiveNumber)
    .action(
      async ({ limit, ...filter }: Filter & { readonly limit?: number }, command: Command) => {
        const { client, output } = connect(command, around);
        const isPage = pageOf(isRejectedEvent);
        const found = follow(
          (page) =>
            client.ask({ method: 'GET', path: LIST, query: { ...filter, ...page } }, isPage),
          limit,
        );
        await output.list(found, COLUMNS, 'No event was set aside.');
      },
    );

  withFilter(rejected.command('replay').description('Takes them anew, once the mapping was mended'))
    .option('--unsigned', 'also those that were refused for their signature')
    .action(async (filter: Filter & { readonly unsigned?: boolean }, command: Command) => {
      const { client, output } = connect(command, around);
      const counts = await client.ask(
        {
          method: 'POST',
          path: `${LIST}/replay`,
          query: { ...filter },
          timeout: REPLAY_TIMEOUT_MS,
        },
        isReplayCounts,
      );
      await output.show(counts, replayText(counts));
    });
}

/** All that is not zero, but always what went through and what stays. */
function replayText({ received = 0, left = 0, ...others }: ReplayCounts): string {
  const parts = Object.entries(others).filter(([, count]) => count > 0);
  const details = parts.map(([what, count]) => `${WORDS.get(what) ?? what}: ${count}`);
  return [`${counted(received, 'event')} replayed, ${left} left.`, ...details].join('\n  ');
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['rejected', 'rejected again'],
  ['badSignature', 'left, for their signature (--unsigned takes them)'],
  ['tooLarge', 'left, too large to have been kept'],
  ['unknownDestination', 'left, of destinations that the options do not have'],
]);

function withFilter(command: Command): Command {
  return command
    .option('--reason <reason>', 'such as no_identifier')
    .option('--destination <id>', 'sent to this one')
    .option('--since <time>', 'received since then', time)
    .option('--until <time>', 'received before then', time);
}
