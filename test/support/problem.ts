import { expect } from 'vitest';

/** RFC 9457, and nothing that tells more. */
export function problem(status: number, type: unknown, title: string): object {
  return { type, title, status, detail: expect.stringMatching(/\w/) };
}
