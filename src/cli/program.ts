import { Command } from 'commander';
import { DEFAULT_URL } from './admin-api/base-url.js';
import { addAudienceCommands } from './audiences/audience-commands.js';
import { addDoctorCommand } from './doctor/doctor-command.js';
import { addExplainCommand } from './explain-command.js';
import { addRejectedCommands } from './rejected-events/rejected-commands.js';
import { addSegmentCommands } from './segments/segment-commands.js';
import type { ExitCode } from './exit-code.js';
import type { Surroundings } from './surroundings.js';
import { packageVersion } from './package-version.js';

/** How a command that is done says more than that. */
export type EndWith = (code: ExitCode) => void;

/** All commands and their arguments. Throws CommanderError where they are wrong, once it was told. */
export function createProgram(around: Surroundings, endWith: EndWith): Command {
  const { stdout, stderr } = around;
  const program = new Command('audience-sync')
    .description('Looks after Audience Sync: segments, audiences, and why a user sees a flag.')
    .version(packageVersion())
    .option('--url <url>', `the service (AUDIENCE_SYNC_URL, else ${DEFAULT_URL})`)
    .option(
      '--token <token>',
      'one of admin.tokens (AUDIENCE_SYNC_TOKEN, else .data/admin-token); others see arguments',
    )
    .option('--json', 'answer as JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(withoutValues(text)),
    })
    .showSuggestionAfterError()
    .exitOverride();
  addSegmentCommands(program, around, endWith);
  addAudienceCommands(program, around);
  addExplainCommand(program, around);
  addRejectedCommands(program, around);
  addDoctorCommand(program, around, endWith);
  return program;
}

/** A mistyped `--token=…` is quoted as an unknown option. */
function withoutValues(text: string): string {
  return text.replaceAll(/(--?[\w-]+)=[^\n]*'/g, "$1=…'");
}
