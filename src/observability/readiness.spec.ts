import { describe, expect, it } from 'vitest';
import { Readiness } from './readiness.js';

describe('readiness', () => {
  it('is there when nothing is missing', () => {
    const readiness = new Readiness();
    let isLoaded = false;
    readiness.require('memberships', () => isLoaded);
    readiness.require('configs', () => true);
    expect(readiness.missing).toEqual(['memberships']);
    isLoaded = true;
    expect(readiness.missing).toEqual([]);
  });

  it('is gone for ever once the process ends', () => {
    const readiness = new Readiness();
    readiness.drop();
    readiness.drop();
    expect(readiness.stopping).toBe(true);
    expect(readiness.missing).toEqual(['shutting down']);
  });
});
