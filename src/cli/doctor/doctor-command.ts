import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.js';
import { outputOf } from '../connection.js';
import { EXIT } from '../exit-code.js';
import type { EndWith } from '../program.js';
import type { Surroundings } from '../surroundings.js';
import { findingText, type Finding } from './finding.js';

interface DoctorOptions extends GlobalOptions {
  readonly config?: string;
  readonly diagnostics?: string;
}

export function addDoctorCommand(program: Command, around: Surroundings, endWith: EndWith): void {
  program
    .command('doctor')
    .description('Looks at options, database, service, sources and clocks, and says what to do')
    .option('-c, --config <file>', 'the options file of the service, as it is started with')
    .option('--diagnostics <url>', 'its diagnostics server, where the options are not those here')
    .action(async (_options: DoctorOptions, command: Command) => {
      const options = command.optsWithGlobals<DoctorOptions>();
      const output = outputOf(options, around);
      // What it looks with is half of the service: other commands start faster without it.
      const { examine } = await import('./examination.js');
      const findings: Finding[] = [];
      for await (const finding of examine(options, around)) {
        findings.push(finding);
        if (!output.isJson) await output.show(finding, findingText(finding));
      }
      if (output.isJson) await output.show(findings, '');
      if (findings.some(({ level }) => level === 'FAIL')) endWith(EXIT.failed);
    });
}
