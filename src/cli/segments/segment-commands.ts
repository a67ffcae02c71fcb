import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { Segment } from '../admin-api/answers.js';
import { positiveNumber } from '../arguments.js';
import { connect } from '../connection.js';
import type { Column } from '../output/table.js';
import type { EndWith } from '../program.js';
import type { Surroundings } from '../surroundings.js';
import { addApplyCommand } from './apply-command.js';
import { SegmentCalls } from './segment-calls.js';
import { summaryOf } from './segment-summary.js';

const COLUMNS: readonly Column<Segment>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'DEFINITION', value: summaryOf },
  { title: 'VERSION', value: ({ version }) => version, align: 'right' },
  { title: 'UPDATED', value: ({ updatedAt }) => updatedAt },
  { title: 'BY', value: ({ updatedBy }) => updatedBy },
  { title: 'ID', value: ({ segmentId }) => segmentId },
  { title: 'USED BY', value: ({ usage }) => usage?.join(', ') },
];

export function addSegmentCommands(program: Command, around: Surroundings, endWith: EndWith): void {
  const segments = program.command('segments').description('Named conditions of a product');

  withProduct(segments.command('list').description('All segments of a product'))
    .option('--limit <number>', 'at most so many', positiveNumber)
    .action(async (options: ProductOption & { readonly limit?: number }, command: Command) => {
      const { client, output } = connect(command, around);
      const found = new SegmentCalls(client).all(options.product, options.limit);
      await output.list(found, COLUMNS, `The product '${options.product}' has no segments.`);
    });

  withProduct(segments.command('get <segment>').description('One segment, by name or id')).action(
    async (segment: string, { product }: ProductOption, command: Command) => {
      const { client, output } = connect(command, around);
      const found = await new SegmentCalls(client).find(product, segment);
      await output.show(found, stringify(found).trimEnd());
    },
  );

  addApplyCommand(segments, around, endWith);

  withProduct(segments.command('delete <segment>').description('Deletes one, by name or id'))
    .option('--force', 'also where flags use it')
    .action(
      async (
        segment: string,
        { product, force = false }: ProductOption & { readonly force?: boolean },
        command: Command,
      ) => {
        const { client, output } = connect(command, around);
        const calls = new SegmentCalls(client);
        const found = await calls.find(product, segment);
        await calls.delete(found, force);
        await output.show({ deleted: found }, `Deleted '${found.name}' of '${found.product}'.`);
      },
    );
}

interface ProductOption {
  readonly product: string;
}

function withProduct(command: Command): Command {
  return command.option('-p, --product <product>', 'whose segments', 'default');
}
