import { InvalidArgumentError, type Command } from 'commander';
import { pathOf } from './admin-api/admin-client.js';
import { isExplanation, type Explanation } from './admin-api/answers.js';
import { connect } from './connection.js';
import type { Surroundings } from './surroundings.js';

type Attributes = Readonly<Record<string, unknown>>;

interface ExplainOptions {
  readonly sdk: string;
  readonly user: Attributes;
  readonly attribute: Attributes;
}

export function addExplainCommand(program: Command, around: Surroundings): void {
  program
    .command('explain <flag> [identifier]')
    .description('What a flag is for a user, and why')
    .option('--sdk <sdkId>', 'in the config of this SDK id', 'default')
    .option('-a, --attribute <name=value>', 'of the user; may be repeated', addAttribute, {})
    .option('--user <json>', 'all attributes, for values that are no text', userOf, {})
    .action(
      async (
        key: string,
        identifier: string | undefined,
        { sdk, user, attribute }: ExplainOptions,
        command: Command,
      ) => {
        const { client, output } = connect(command, around);
        const attributes: Attributes = {
          ...user,
          ...attribute,
          ...(identifier !== undefined && { Identifier: identifier }),
        };
        // Who says nothing asks without a user, which conditions tell apart from one without attributes.
        const isUser = Object.keys(attributes).length > 0;
        const explanation = await client.ask(
          {
            method: 'POST',
            path: pathOf`/sdks/${sdk}/explain`,
            body: { key, ...(isUser && { user: attributes }) },
          },
          isExplanation,
        );
        await output.show(explanation, textOf(explanation));
      },
    );
}

function textOf({ key, value, variationId, error, log }: Explanation): string {
  const variation = variationId == null ? '' : `  (variation ${variationId})`;
  return [
    `${key} = ${JSON.stringify(value)}${variation}`,
    ...(error == null ? [] : [`error: ${error}`]),
    '',
    log.trimEnd(),
  ].join('\n');
}

function addAttribute(text: string, before: Attributes): Attributes {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function userOf(text: string): Attributes {
  const user = parsed(text);
  if (typeof user !== 'object' || user === null || Array.isArray(user)) {
    throw new InvalidArgumentError('It must be a JSON object.');
  }
  return { ...user };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
