import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/**
 * What each room may import, besides itself. `main` stands for the files right in src. A room that
 * is missing here fails the test: its place must be thought of.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  options: [],
  observability: ['options'],
  evaluation: [],
  // Tells two versions of a config or of a segment apart, in sentences; it keeps and sends nothing.
  changes: ['evaluation'],
  database: ['options', 'observability'],
  outbox: ['database', 'options'],
  audiences: ['database', 'options', 'observability'],
  segments: [
    'audiences',
    'changes',
    'evaluation',
    'outbox',
    'database',
    'options',
    'observability',
  ],
  configs: [
    'segments',
    'audiences',
    'changes',
    'evaluation',
    'outbox',
    'database',
    'options',
    'observability',
  ],
  // Knows nothing of flags: it may ask segments to make one.
  engage: ['segments', 'audiences', 'database', 'options', 'observability'],
  // The primary and its worker processes: what they tell each other, and nothing of what they serve.
  // Of the servers they know what listening and certificates are.
  workers: ['proxy', 'options', 'observability'],
  admin: [
    'engage',
    'configs',
    'segments',
    'audiences',
    'evaluation',
    'database',
    'options',
    'observability',
  ],
  // A program of its own: it asks the admin API, and `doctor` looks at the options and PostgreSQL.
  cli: ['database', 'options'],
  analytics: [
    'configs',
    'audiences',
    'evaluation',
    'outbox',
    'database',
    'options',
    'observability',
  ],
  // Never talks to PostgreSQL on a request.
  proxy: [
    'analytics',
    'configs',
    'segments',
    'audiences',
    'evaluation',
    'options',
    'observability',
  ],
};

/** What rooms that promise to be pure import besides themselves: no Nest, no pg, no HTTP. */
const PURE: ReadonlyArray<readonly [string, RegExp]> = [
  ['src/evaluation/', /^(node:(crypto|buffer)|semver(\/.*)?|\.\/.*)$/],
  ['src/changes/', /^(\.\.\/evaluation\/[^/]+|\.\/[^/]+)$/],
];

/** main hands the environment to options; the embedded server's programs inherit it. */
const MAY_READ_ENVIRONMENT = /^(main\.ts|cli\/main\.ts|options\/.*|database\/embedded\/.*)$/;

/** Files of src itself that every room may use: each is one base that has no room. */
const SHARED = new Set(['error.ts', 'free-names.ts', 'longest-timer.ts', 'loop.ts']);

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Relative to src, with `/` on every system. */
const files: readonly string[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => file.split(sep).join('/'));

const imports: readonly Import[] = files.flatMap((file) => importsOf(file));

describe('the rooms of src', () => {
  it('import only what stands below them', () => {
    expect(imports.length).toBeGreaterThan(100);
    const wrong = imports.filter(({ file, specifier }) => {
      const room = roomOf(file);
      const target = targetOf(file, specifier);
      if (room === undefined || target === undefined) return false;
      const targetRoom = roomOf(target);
      if (targetRoom === undefined) return !SHARED.has(target);
      return targetRoom !== room && MAY_IMPORT[room]?.includes(targetRoom) !== true;
    });
    expect(wrong).toEqual([]);
  });

  it('are all in the plan', () => {
    const rooms = new Set(files.flatMap((file) => roomOf(file) ?? []));
    expect([...rooms].toSorted()).toEqual(Object.keys(MAY_IMPORT).toSorted());
  });

  it.each(PURE)('%s imports no framework, no database and no I/O', (folder, allowed) => {
    const inside = imports.filter(({ file }) => `src/${file}`.startsWith(folder));
    expect(inside.length).toBeGreaterThan(0);
    const foreign = inside.filter(({ specifier }) => !allowed.test(specifier));
    expect(foreign.filter(({ specifier }) => specifier !== '../error.js')).toEqual([]);
  });

  it('read the environment in options only', () => {
    const readers = files.filter((file) => readSource(file).includes('process.env'));
    expect(readers.filter((file) => !MAY_READ_ENVIRONMENT.test(file))).toEqual([]);
  });
});

function importsOf(file: string): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(?:[^;']*?from\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g;
  return [...readSource(file).matchAll(pattern)].map((match) => ({
    file,
    specifier: match[1] ?? match[2] ?? '',
  }));
}

function readSource(file: string): string {
  return readFileSync(join(SRC, file), 'utf8');
}

/** The imported file, relative to src; undefined for a package or a file outside src. */
function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = relative(SRC, join(SRC, dirname(file), specifier)).replace(/\.js$/, '.ts');
  return path.startsWith('..') ? undefined : path.split(sep).join('/');
}

function roomOf(file: string): string | undefined {
  const [room, ...rest] = file.split('/');
  return rest.length === 0 ? undefined : room;
}
