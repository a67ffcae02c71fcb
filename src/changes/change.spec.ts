import { describe, expect, it } from 'vitest';
import { changeOf } from './change.js';

const MARK = '… (there is more, which is cut here)';

describe('the details of a change', () => {
  it('are its sentences, one behind the other', () => {
    expect(changeOf('flag', 'key', ['One.', 'Two.'])).toEqual({
      kind: 'flag',
      subject: 'key',
      details: 'One. Two.',
    });
  });

  it('are no change without a sentence', () => {
    expect(changeOf('segment', 'name', [])).toBeUndefined();
  });

  it('are not cut at 10,000 units', () => {
    expect(changeOf('flag', 'key', ['x'.repeat(10_000)])?.details).toBe('x'.repeat(10_000));
  });

  it('are cut beyond 10,000 units, not within a character, and say so', () => {
    const head = 'x'.repeat(10_000 - MARK.length - 1);
    const change = changeOf('flag', 'key', [head + '😀'.repeat(20)]);
    expect(change?.details).toBe(head + MARK);
  });

  it('ask for no sentence behind the cut', () => {
    let asked = 0;
    function* sentences(): Iterable<string> {
      for (;;) yield `${'x'.repeat(999)}${asked++}`;
    }
    expect(changeOf('flag', 'key', sentences())?.details).toHaveLength(10_000);
    expect(asked).toBe(10);
  });
});
