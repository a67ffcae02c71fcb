import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compileConfig } from '../../src/evaluation/compile.js';
import type { ConfigJson } from '../../src/evaluation/config-json.js';
import { parseConfig } from '../../src/evaluation/config.js';
import type { FlagValue } from '../../src/evaluation/evaluation.js';
import { InvalidModelError } from '../../src/evaluation/invalid-model-error.js';
import type { User } from '../../src/evaluation/user.js';

const folder = process.env['CONFORMANCE_DIR'] ?? '';

/** As many as the matrices had when this was written: files gone missing shall not pass. */
const LEAST_CELLS = 31_734;

interface VectorUser {
  readonly identifier?: unknown;
  readonly email?: unknown;
  readonly country?: unknown;
  readonly custom?: Readonly<Record<string, unknown>>;
}

interface Case {
  readonly key: string;
  readonly user: VectorUser | null;
  readonly expected: {
    readonly error?: string;
    readonly value?: FlagValue;
    readonly variationId?: string;
    readonly matchedTargetingRuleIndex?: number;
    readonly matchedPercentageOptionIndex?: number;
  };
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Vectors write dates and numbers that JSON has not as `{"$date": ms}` and `{"$number": "NaN"}`. */
function revive(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$date' in value) return new Date(Number(value.$date));
  return '$number' in value ? Number(value.$number) : value;
}

function userOf(user: VectorUser | null): User | undefined {
  if (user === null) return undefined;
  const { identifier: Identifier, email: Email, country: Country, custom } = user;
  return { ...custom, Identifier, Email, Country };
}

function outcomeOf(config: ConfigJson, { key, user }: Case): unknown {
  try {
    const evaluation = compileConfig(config).evaluate(key, userOf(user));
    return {
      value: evaluation.value,
      variationId: evaluation.variationId,
      rule: evaluation.matchedRuleIndex,
      option: evaluation.matchedOptionIndex,
    };
  } catch (error) {
    if (error instanceof InvalidModelError) return 'invalid model';
    throw error;
  }
}

function expectedOf({ expected }: Case): unknown {
  if (expected.error !== undefined) return 'invalid model';
  return {
    value: expected.value,
    variationId: expected.variationId ?? null,
    rule: expected.matchedTargetingRuleIndex,
    option: expected.matchedPercentageOptionIndex,
  };
}

function isExpected(outcome: unknown, one: Case): boolean {
  return isDeepStrictEqual(outcome, expectedOf(one));
}

describe.skipIf(!existsSync(folder))('evaluation against the conformance data', () => {
  it('serves every cell of the matrices, in each config listed for it', () => {
    const pairs: Record<string, string[]> = JSON.parse(read('pairs.json'));
    const compared = Object.entries(pairs).flatMap(([matrix, configs]) =>
      configs.map((config) => compareCells(matrix, config)),
    );
    expect(compared.flatMap(({ differing }) => differing)).toEqual([]);
    const cells = compared.reduce((sum, { count }) => sum + count, 0);
    expect(cells).toBeGreaterThanOrEqual(LEAST_CELLS);
  });

  it('converts and trims attributes as the attribute vectors say', () => {
    const vectors: (Case & { config: string })[] = JSON.parse(
      read('attribute_vectors.json'),
      revive,
    );
    expect(vectors.length).toBeGreaterThan(100);
    const differing = vectors.filter(
      (vector) => !isExpected(outcomeOf(parseConfig(read(vector.config)), vector), vector),
    );
    expect(differing).toEqual([]);
  });

  it('evaluates the generated configs as the SDK did', () => {
    const vectors: { config: ConfigJson; cases: Case[] }[] = JSON.parse(
      read('generated_vectors.json'),
      revive,
    );
    const differing = vectors.flatMap(({ config, cases }) =>
      cases.filter((one) => !isExpected(outcomeOf(config, one), one)),
    );
    expect(vectors.flatMap(({ cases }) => cases)).toHaveLength(60 * 84);
    expect(differing).toEqual([]);
  });
});

/** The cells of a matrix, and those that a config serves otherwise; the matrix has no quoting. */
function compareCells(matrix: string, config: string): { count: number; differing: string[] } {
  const json = parseConfig(read(`configs/${config}`));
  const compiled = compileConfig(json);
  const [header = '', ...rows] = read(`matrix/${matrix}`).trimEnd().split(/\r?\n/);
  const [, , , custom = '', ...keys] = header.split(';');
  const differing = rows.flatMap((row) => {
    const cells = row.split(';');
    const user = rowUser(cells, custom);
    return keys.flatMap((key, i) => {
      const { value } = compiled.evaluate(key, user);
      const cell = cells[4 + i] ?? '';
      return isCell(value, cell) ? [] : [`${config}: ${key} for ${row}: ${value}, not ${cell}`];
    });
  });
  return { count: rows.length * keys.length, differing };
}

function rowUser(cells: readonly string[], custom: string): User | undefined {
  const [Identifier = '', Email = '', Country = '', value = ''] = cells;
  if (Identifier === '##null##') return undefined;
  const optional = { Email, Country, [custom]: value };
  const set = Object.entries(optional).filter(([, text]) => text !== '' && text !== '##null##');
  return { ...Object.fromEntries(set), Identifier };
}

function isCell(value: FlagValue, cell: string): boolean {
  if (typeof value === 'string') return value === cell;
  return typeof value === 'number' ? value === Number(cell) : String(value) === cell.toLowerCase();
}
