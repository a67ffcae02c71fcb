import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { InvalidInputError } from '../error.js';

export const MAX_PAGE = 1_000;
const DEFAULT_PAGE = 100;
const MAX_CURSOR = 8_192;

/** Which part of a list is asked for. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_PAGE,
    default: DEFAULT_PAGE,
    description: 'Items at most.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_PAGE)
  readonly limit: number = DEFAULT_PAGE;

  @ApiPropertyOptional({ description: 'What the page before called `next`.' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_CURSOR)
  readonly after?: string;
}

/** A part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `after` of the next page; null: this is the last one. */
  readonly next: string | null;
}

/** Where a list goes on: values of its order, in a text that nobody needs to understand. */
export type Cursor = readonly (string | number)[];

/** One page of rows, of which one more than `limit` was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, cursor }: { readonly item: (row: Row) => Item; readonly cursor: (row: Row) => Cursor },
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? writeCursor(cursor(last)) : null;
  return { items: shown.map(item), next };
}

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/**
 * What `after` says, if it has values of these types; undefined without one.
 * @throws InvalidInputError
 */
export function readCursor(
  after: string | undefined,
  types: ReadonlyArray<'string' | 'number'>,
): Cursor | undefined {
  if (after === undefined) return undefined;
  const cursor = parse(after);
  const isRight =
    Array.isArray(cursor) &&
    cursor.length === types.length &&
    types.every((type, index) => isValue(cursor[index], type));
  if (!isRight) {
    throw new InvalidInputError([
      { in: 'query', pointer: '/after', detail: 'is no `next` of a page of this list' },
    ]);
  }
  return cursor;
}

function parse(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** What PostgreSQL takes. */
function isValue(value: unknown, type: 'string' | 'number'): boolean {
  return type === 'number'
    ? Number.isSafeInteger(value)
    : typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value);
}
