import type { Command } from 'commander';
import { FailedError } from '../cli.errors.js';
import { connect } from '../connection.js';
import { EXIT } from '../exit-code.js';
import type { EndWith } from '../program.js';
import { readTextFile } from '../text-file.js';
import type { Surroundings } from '../surroundings.js';
import { reportOf, reportText } from './apply-report.js';
import { applySegments, type AppliedStep } from './apply-segments.js';
import { SegmentCalls } from './segment-calls.js';
import { readSegmentFile } from './segment-file.js';
import { planSegments } from './segment-plan.js';

interface ApplyOptions {
  readonly file: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

export function addApplyCommand(segments: Command, around: Surroundings, endWith: EndWith): void {
  segments
    .command('apply')
    .description("Makes a product's segments those of a YAML file")
    .requiredOption('-f, --file <file>', 'product: and segments:; `-` for stdin')
    .option('--dry-run', 'show the difference, write nothing; ends with 5 where there is one')
    .option('--prune', 'delete what the file does not name, those of audiences too')
    .action(async (options: ApplyOptions, command: Command) => {
      const { file, dryRun = false, prune = false } = options;
      const wanted = readSegmentFile(await readTextFile(file, around), file);
      const { client, output } = connect(command, around);
      const calls = new SegmentCalls(client);
      const found = await calls.readAll(wanted.product);
      const steps = planSegments(wanted, found, { prune });

      const applied: AppliedStep[] = [];
      const show = async (): Promise<void> => {
        const report = reportOf(wanted.product, applied, dryRun);
        await output.show(report, reportText(report));
      };
      if (dryRun) {
        applied.push(...steps.map((step) => ({ step })));
        await show();
        if (steps.some(({ kind }) => kind !== 'keep')) endWith(EXIT.differences);
        return;
      }
      try {
        for await (const step of applySegments(calls, wanted.product, steps)) applied.push(step);
      } catch (error) {
        // What was done by then is done.
        if (applied.some(({ step }) => step.kind !== 'keep')) await show();
        throw error;
      }
      await show();
      const { failed } = reportOf(wanted.product, applied, dryRun);
      if (failed > 0) {
        throw new FailedError(`${failed} of ${steps.length} segments were refused.`);
      }
    });
}
