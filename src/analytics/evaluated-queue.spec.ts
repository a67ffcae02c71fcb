import { describe, expect, it } from 'vitest';
import { EvaluatedQueue, type SeenEvaluation } from './evaluated-queue.js';

const evaluation = {
  value: true,
  variationId: 'v',
  matchedRuleIndex: undefined,
  matchedOptionIndex: undefined,
  json: '',
};

function seen(userId: string, user = { json: 'x'.repeat(100), cut: undefined }): SeenEvaluation {
  return { sdkId: 's', flagKey: 'f', evaluation, userId, anonymousId: undefined, user, at: 0 };
}

describe('evaluations that wait', () => {
  it('come out as they went in', () => {
    const queue = new EvaluatedQueue();
    for (let n = 0; n < 2_000; n += 1) queue.push(seen(`user ${n}`));
    for (let n = 0; n < 2_000; n += 1) {
      expect(queue.oldest?.userId).toBe(`user ${n}`);
      expect(queue.size).toBe(2_000 - n);
      queue.shift();
    }
    expect(queue.oldest).toBeUndefined();
    queue.shift();
    expect(queue.size).toBe(0);
  });

  it('are bounded in number and in text, and room comes back as they go', () => {
    const few = new EvaluatedQueue({ events: 2, units: 1_000 });
    few.push(seen('a'));
    expect(few.isFull).toBe(false);
    few.push(seen('b'));
    expect(few.isFull).toBe(true);
    few.shift();
    expect(few.isFull).toBe(false);
    const short = new EvaluatedQueue({ events: 100, units: 250 });
    short.push(seen('a'));
    short.push(seen('b'));
    expect(short.isFull).toBe(false);
    short.push(seen('c'));
    expect(short.isFull).toBe(true);
    short.shift();
    expect(short.isFull).toBe(false);
  });

  it('of one user, whose text they share, take its room once', () => {
    const queue = new EvaluatedQueue({ events: 1_000, units: 1_000 });
    const user = { json: 'x'.repeat(900), cut: undefined };
    for (let n = 0; n < 50; n += 1) queue.push(seen('a', user));
    expect(queue.isFull).toBe(false);
    queue.push(seen('b', { json: 'y'.repeat(900), cut: undefined }));
    expect(queue.isFull).toBe(true);
    for (let n = 0; n < 50; n += 1) queue.shift();
    expect(queue.isFull).toBe(false);
    queue.shift();
    // Nothing is left over, however often that is done.
    for (let n = 0; n < 20; n += 1) {
      queue.push(seen('a', user));
      queue.shift();
    }
    expect(queue.isFull).toBe(false);
  });
});
