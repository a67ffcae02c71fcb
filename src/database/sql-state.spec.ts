import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import {
  describeDatabaseError,
  isBadData,
  isConflict,
  isLockedOut,
  isUnavailable,
  sqlState,
} from './sql-state.js';

const withCode = (code: string, message = 'said') => Object.assign(new Error(message), { code });
const failed = (code: string, message?: string) =>
  new QueryFailedError('select $1', ['a member'], withCode(code, message));

describe('an error of PostgreSQL', () => {
  it('is known by its SQLSTATE, bare or wrapped by TypeORM', () => {
    expect(sqlState(withCode('40001'))).toBe('40001');
    expect(sqlState(failed('22021'))).toBe('22021');
    expect(sqlState(new Error('no code'))).toBeUndefined();
    expect(sqlState(null)).toBeUndefined();
    expect(sqlState({ code: 7 })).toBeUndefined();
  });

  it.each(['40001', '40P01', '55P03'])('is a conflict: %s', (code) => {
    expect(isConflict(failed(code))).toBe(true);
    expect(isUnavailable(failed(code))).toBe(false);
  });

  it.each([
    '08006',
    '25006',
    '25P03',
    '25P04',
    '53000',
    '53100',
    '53200',
    '53300',
    '53400',
    '57000',
    '57014',
    '57P01',
    '57P02',
    '57P03',
    '57P04',
    '57P05',
    '58000',
    '58030',
    'ECONNREFUSED',
    'EAI_AGAIN',
  ])('means that PostgreSQL is away, full or not to be written to: %s', (code) => {
    expect(isUnavailable(failed(code))).toBe(true);
    expect(isBadData(failed(code))).toBe(false);
    expect(isLockedOut(failed(code))).toBe(false);
  });

  it.each(['28000', '28P01', '3D000'])('locks this service out: %s', (code) => {
    expect(isLockedOut(failed(code))).toBe(true);
    expect(isUnavailable(failed(code))).toBe(false);
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('means that too, where pg has no code: %s', (message) => {
    expect(isUnavailable(new Error(message))).toBe(true);
  });

  it.each(['22021', '22P02', '22008', '54000'])('is the fault of a value: %s', (code) => {
    expect(isBadData(failed(code))).toBe(true);
    expect(isUnavailable(failed(code))).toBe(false);
  });

  it.each(['23505', '42P01', '42501', '58P01', 'XX000', 'XX001'])(
    'is none of these: %s',
    (code) => {
      expect(isConflict(failed(code))).toBe(false);
      expect(isUnavailable(failed(code))).toBe(false);
      expect(isBadData(failed(code))).toBe(false);
      expect(isLockedOut(failed(code))).toBe(false);
    },
  );

  it('is described without the values it is about', () => {
    expect(describeDatabaseError(failed('22P02', 'invalid input: "ada@example.com"'))).toBe(
      'the statement failed (22P02)',
    );
    expect(describeDatabaseError(failed('57P01', 'terminating connection'))).toBe(
      'terminating connection (57P01)',
    );
    expect(describeDatabaseError(new Error('socket hang up'))).toBe('socket hang up');
    expect(describeDatabaseError('text')).toBe('the statement failed');
  });
});
