import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { LineCounter, parseAllDocuments, visit, type Document } from 'yaml';
import type { Problems } from './problems.js';

/** Looked at in this order when neither `-c` nor the working directory has one. */
export const SYSTEM_FILES: readonly string[] = [
  '/etc/audience-sync/options.yml',
  '/etc/configcat/proxy/options.yml',
];

const SENTENCES: Readonly<Partial<Record<string, string>>> = {
  DUPLICATE_KEY: 'a key stands twice in one mapping',
  TAB_AS_INDENT: 'a tab is used to indent: use spaces',
  BAD_INDENT: 'the indentation is wrong',
  MISSING_CHAR: 'a quote, bracket or separator is missing',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines, or its `:` is missing',
  BLOCK_AS_IMPLICIT_KEY: 'what follows is indented too far, or a text with `: ` has no quotes',
};

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The path after the last `-c`, as `-c <path>` or `-c=<path>`; empty when none follows. */
function flagOf(argv: readonly string[]): string | undefined {
  const joined = argv.findLast((argument) => argument.startsWith('-c='));
  if (joined !== undefined) return joined.slice('-c='.length);
  const flag = argv.lastIndexOf('-c');
  return flag === -1 ? undefined : (argv[flag + 1] ?? '');
}

/** An argument that means nothing here: a mistyped `-c` must not start the service on its defaults. */
function strangerOf(argv: readonly string[]): string | undefined {
  return argv.find(
    (argument, index) =>
      argument !== '-c' && !argument.startsWith('-c=') && argv[index - 1] !== '-c',
  );
}

/** The absolute path of the options file, or undefined when there is none. */
export function findOptionsFile(
  { argv, cwd }: { argv: readonly string[]; cwd: string },
  problems: Problems,
  systemFiles: readonly string[] = SYSTEM_FILES,
): string | undefined {
  const stranger = strangerOf(argv);
  if (stranger !== undefined) {
    problems.add(JSON.stringify(stranger), 'is no argument: there is only -c <options file>');
    return undefined;
  }
  const flag = flagOf(argv);
  if (flag === undefined) return [resolve(cwd, 'options.yml'), ...systemFiles].find(exists);
  if (flag === '') {
    problems.add('-c', 'needs the path of an options file after it');
    return undefined;
  }
  const path = resolve(cwd, flag);
  if (exists(path)) return path;
  problems.add('-c', `names ${path}, which is not there`);
  return undefined;
}

/** The raw tree of a file, or undefined with a problem that names the line. */
export function readOptionsFile(path: string, problems: Problems): unknown {
  const text = readText(path, problems);
  if (text === undefined) return undefined;
  const lines = new LineCounter();
  // Not pretty: the library's messages quote the line, which may hold a secret.
  const documents = parseAllDocuments(text, {
    merge: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const error = document?.errors[0];
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const sentence = SENTENCES[error.code] ?? `it does not read as YAML (${error.code})`;
    problems.add(path, `is not valid YAML: line ${line}, column ${col}: ${sentence}`);
    return undefined;
  }
  if (second !== undefined) {
    problems.add(
      path,
      `must hold one YAML document, and a second begins at line ${lines.linePos(second.range[0]).line}`,
    );
    return undefined;
  }
  const alias = document && danglingAlias(document);
  if (alias !== undefined) {
    const { line } = lines.linePos(alias);
    problems.add(path, `is not valid YAML: line ${line}: an alias has no anchor before it`);
    return undefined;
  }
  const tree = expand(document, path, problems);
  if (!holdsItself(tree)) return tree;
  problems.add(path, 'is not valid YAML: an alias stands inside of what it refers to');
  return undefined;
}

/** Whether following the tree down would never end. */
function holdsItself(tree: unknown, above: readonly unknown[] = []): boolean {
  if (typeof tree !== 'object' || tree === null) return false;
  const path = [...above, tree];
  return above.includes(tree) || Object.values(tree).some((value) => holdsItself(value, path));
}

/** Where the first alias stands that refers to nothing; `toJS` would throw without its line. */
function danglingAlias(document: Document.Parsed): number | undefined {
  let found: number | undefined;
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return undefined;
      found = alias.range?.[0];
      return visit.BREAK;
    },
  });
  return found;
}

function readText(path: string, problems: Problems): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    problems.add(path, `can't be read${code}`);
    return undefined;
  }
}

function expand(
  document: { toJS(): unknown } | undefined,
  path: string,
  problems: Problems,
): unknown {
  try {
    return document?.toJS();
  } catch {
    problems.add(path, 'is not valid YAML: its aliases unfold too far');
    return undefined;
  }
}
