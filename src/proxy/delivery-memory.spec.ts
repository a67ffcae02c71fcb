import { describe, expect, it } from 'vitest';
import { DeliveryMemory } from './delivery-memory.js';

describe('a memory of deliveries', () => {
  it('takes a delivery once', () => {
    const memory = new DeliveryMemory();
    expect(memory.accept(['a'], 400, 100)).toBe(true);
    expect(memory.accept(['a'], 400, 101)).toBe(false);
    expect(memory.accept(['b'], 400, 102)).toBe(true);
    expect(memory.accept(['a'], 400, 400)).toBe(false);
  });

  it('knows it by any of its names', () => {
    const memory = new DeliveryMemory();
    expect(memory.accept(['id', 'signature'], 400, 100)).toBe(true);
    expect(memory.accept(['id', 'another signature'], 400, 101)).toBe(false);
    expect(memory.accept(['another id', 'signature'], 400, 102)).toBe(false);
    expect(memory.accept(['another id', 'another signature'], 400, 103)).toBe(true);
  });

  it('forgets those whose signature is too old by now', () => {
    const memory = new DeliveryMemory();
    for (let second = 0; second < 1_000; second++) {
      memory.accept([`delivery ${second}`], second + 300, second);
    }
    expect(memory.size).toBe(301);
  });
});
