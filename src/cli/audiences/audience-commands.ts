import { Option, type Command } from 'commander';
import type { Audience, Member } from '../admin-api/answers.js';
import { positiveNumber } from '../arguments.js';
import { connect } from '../connection.js';
import type { Column } from '../output/table.js';
import type { Surroundings } from '../surroundings.js';
import { AudienceCalls, type AudienceFilter } from './audience-calls.js';
import { addImportCommand } from './import-command.js';

const AUDIENCE_COLUMNS: readonly Column<Audience>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'SLUG', value: ({ slug }) => slug },
  { title: 'MEMBERS', value: ({ memberCount }) => memberCount, align: 'right' },
  { title: 'STATUS', value: ({ status }) => status },
  { title: 'LAST EVENT', value: ({ lastEventAt }) => lastEventAt },
  { title: 'DESTINATION', value: ({ destination }) => destination },
  { title: 'COMPUTATION', value: ({ computationId }) => computationId },
  { title: 'ID', value: ({ id }) => id },
  {
    title: 'SEGMENTS',
    value: ({ segments }) => segments.map(({ product, name }) => `${product}/${name}`).join(', '),
  },
];

const MEMBER_COLUMNS: readonly Column<Member>[] = [
  { title: 'MEMBER', value: ({ member }) => member },
  { title: 'SINCE', value: ({ since }) => since },
  { title: 'LAST EVENT', value: ({ eventAt }) => eventAt },
];

export function addAudienceCommands(program: Command, around: Surroundings): void {
  const audiences = program.command('audiences').description('What Engage calculates');

  audiences
    .command('list')
    .description('All audiences, or some')
    .option('--destination <id>', 'of this one')
    .addOption(new Option('--status <status>').choices(['live', 'quiet', 'archived']))
    .option('--limit <number>', 'at most so many', positiveNumber)
    .action(async ({ limit, ...filter }: LimitOption & AudienceFilter, command: Command) => {
      const { client, output } = connect(command, around);
      const found = new AudienceCalls(client).all(filter, limit);
      await output.list(found, AUDIENCE_COLUMNS, 'There is no such audience yet.');
    });

  audiences
    .command('members <audience>')
    .description('Who is in an audience, by its id or slug')
    .option('--prefix <text>', 'whose keys begin so')
    .option('--limit <number>', 'at most so many', positiveNumber)
    .action(async (audience: string, { prefix, limit }: MembersOptions, command: Command) => {
      const { client, output } = connect(command, around);
      const calls = new AudienceCalls(client);
      const found = calls.members(await calls.idOf(audience), prefix, limit);
      await output.list(found, MEMBER_COLUMNS, 'Nobody is in it.');
    });

  addImportCommand(audiences, around);
}

interface LimitOption {
  readonly limit?: number;
}

interface MembersOptions extends LimitOption {
  readonly prefix?: string;
}
