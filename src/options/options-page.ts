import { SDKS_VARIABLE } from './environment.js';
import { markdownTable } from './markdown-table.js';
import { BY_PATH, membersOf, type Member, type OptionSpec, type OptionsClass } from './option.js';
import { Options } from './options.js';
import { REFUSED } from './refused-options.js';

const INTRODUCTION = `# Options

This page is made from the classes in \`src/options/\` by \`npm run docs\`; a test fails when it drifts.

The options file is the one after \`-c\`, else the first of these that is there: \`options.yml\` in the working directory, \`/etc/audience-sync/options.yml\`, the ConfigCat Proxy's \`/etc/configcat/proxy/options.yml\`. A variable of the environment goes over the file; an empty one counts as none. All problems are shown at once, each with its path, and the process ends.

- A text may hold \`\${NAME}\`, which is replaced by that variable (\`$\${NAME}\` is the text itself), or be \`file:/run/secrets/name\`, which is replaced by what the file holds, without its last line break. Both work in variables too.
- A duration is a number with \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`, such as \`250ms\` or \`30d\`; a bare number is seconds.
- A size is a number with \`KB\`, \`MB\` or \`GB\`, in steps of 1,024, such as \`8MB\`; a bare number is bytes.
- Lists and mappings are JSON in a variable, such as \`{"X-Api-Key":"…"}\`.
- Ids of SDKs and destinations are 1 to 64 letters, digits, \`_\` or \`-\`. In variables an SDK's \`<ID>\` is its id in capitals, with \`_\` for \`-\`.
- \`${SDKS_VARIABLE}\` is JSON of SDK ids and keys, \`{"<id>":"<key>"}\`. An id listed there takes the place of the file's.

Without an options file there is one destination, \`engage\`, and one SDK, \`default\`, unless \`${SDKS_VARIABLE}\` names others; both servers listen on \`127.0.0.1\`, and a token and an admin token are made once, in \`token\` and \`admin-token\` under \`data_dir\`.
`;

const REFUSED_INTRODUCTION = `## Refused

These options of the ConfigCat Proxy are not there, and neither are their variables.
`;

type Row = readonly string[];

const HEADER: Row = ['Option', 'Format', 'Default', 'Variable', 'What it does'];

function code(text: string): string {
  return `\`${text}\``;
}

function defaultOf(spec: OptionSpec<unknown>): string {
  if (spec.defaultText !== undefined) return spec.defaultText;
  const value = spec.default;
  if (value === undefined) return spec.required === true ? 'needed' : '-';
  if (spec.is.show !== undefined) return code(spec.is.show(value));
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return '-';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function variable(env: string | typeof BY_PATH | undefined, path: string): string {
  if (env === undefined) return '-';
  if (env !== BY_PATH) return code(env);
  const name = path.replace(/^sdks\.<id>\./, '<ID>_').replaceAll('.', '_');
  return code(`CONFIGCAT_${name.toUpperCase()}`);
}

function rowsOf(member: Member, path: string): readonly Row[] {
  switch (member.kind) {
    case 'value': {
      const { spec } = member;
      return [[code(path), spec.is.name, defaultOf(spec), variable(spec.env, path), spec.does]];
    }
    case 'entries':
      return rowsWithin(member.type, `${path}.<${member.id}>`);
    case 'items': {
      const whole = [code(path), 'list of mappings', '-', variable(member.env, path), member.does];
      return [whole, ...rowsWithin(member.type, `${path}[]`)];
    }
    default:
      return rowsWithin(member.type, path);
  }
}

function rowsWithin(type: OptionsClass, path: string): readonly Row[] {
  return membersOf(type).flatMap((member) => rowsOf(member, `${path}.${member.yaml}`));
}

function sections(): readonly string[] {
  const top = membersOf(Options);
  const alone = top.filter((member) => member.kind === 'value');
  const grouped = top.filter((member) => member.kind !== 'value');
  return [
    `## Top level\n\n${markdownTable(
      HEADER,
      alone.flatMap((member) => rowsOf(member, member.yaml)),
    )}`,
    ...grouped.map((member) => {
      return `## \`${member.yaml}\`\n\n${markdownTable(HEADER, rowsOf(member, member.yaml))}`;
    }),
  ];
}

function refused(): string {
  const rows = [...REFUSED].map(([shape, instead]) => [code(shape.replace('*', '<id>')), instead]);
  return `${REFUSED_INTRODUCTION}\n${markdownTable(['Option', 'Instead'], rows)}`;
}

/** `docs/options.md`, as prettier would format it. Pure: the same classes give the same page. */
export function renderOptionsPage(): string {
  return [INTRODUCTION, ...sections(), refused()].join('\n');
}
