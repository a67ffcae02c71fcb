import { describe, expect, it } from 'vitest';
import { keepNewest, type MembershipRow } from './keep-newest.js';

const row = (given: Partial<MembershipRow>): MembershipRow => ({
  audienceId: 1,
  memberKey: 'u1',
  isMember: true,
  eventAt: 1000,
  ...given,
});

describe('keepNewest', () => {
  it('keeps the newest row of a member, whatever the order', () => {
    const older = row({ eventAt: 1000 });
    const newer = row({ eventAt: 1001, isMember: false });
    const expected = { kept: [newer], stale: [older], winners: new Map([[older, newer]]) };
    expect(keepNewest([older, newer])).toMatchObject(expected);
    expect(keepNewest([newer, older])).toMatchObject(expected);
  });

  it('prefers the leave at the same microsecond', () => {
    const enter = row({ isMember: true });
    const leave = row({ isMember: false });
    const expected = { kept: [leave], stale: [enter], winners: new Map([[enter, leave]]) };
    expect(keepNewest([enter, leave])).toMatchObject(expected);
    expect(keepNewest([leave, enter])).toMatchObject(expected);
  });

  it('calls a repetition of the kept row unchanged', () => {
    const rows = [row({}), row({}), row({})];
    const result = keepNewest(rows);
    expect(result.kept).toEqual([rows[0]]);
    expect(result.unchanged).toHaveLength(2);
  });

  it('calls every repetition of a beaten row stale', () => {
    const newer = row({ eventAt: 2000 });
    expect(keepNewest([row({}), row({}), newer])).toMatchObject({
      kept: [newer],
      stale: [row({}), row({})],
      unchanged: [],
    });
  });

  it('keeps members and audiences apart, in whatever order they come', () => {
    const rows = [
      row({}),
      row({ audienceId: 2 }),
      row({ memberKey: 'u2' }),
      row({ audienceId: 2, memberKey: 'u2' }),
    ];
    expect(keepNewest(rows)).toMatchObject({ kept: rows, stale: [], unchanged: [] });
  });

  it('keeps the row itself, with whatever else it carries', () => {
    const carried = { ...row({}), request: Symbol('request') };
    expect(keepNewest([carried]).kept[0]).toBe(carried);
  });

  it('takes a member key that every object inherits for an ordinary one', () => {
    const rows = [row({ memberKey: '__proto__' }), row({ memberKey: 'constructor' })];
    expect(keepNewest(rows).kept).toEqual(rows);
  });
});
