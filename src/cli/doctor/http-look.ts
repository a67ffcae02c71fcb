import { noAnswer } from '../admin-api/no-answer.js';

const TIMEOUT_MS = 10_000;

/** An answer of any kind. */
export interface Seen {
  readonly status: number;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
  /** What the server's clock said, in milliseconds, less what this machine's did; undefined where it does not say. */
  readonly clockDifference: number | undefined;
  /** Milliseconds that the difference may be off by: the server tells whole seconds. */
  readonly clockUncertainty: number;
}

/** GETs without a token. @throws UnreachableError */
export async function look(base: string, path: string): Promise<Seen> {
  const before = Date.now();
  try {
    const response = await fetch(base + path, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const after = Date.now();
    const text = await response.text();
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: response.status,
      text,
      body: parsed(text),
      clockDifference: Number.isNaN(date) ? undefined : date + 500 - (before + after) / 2,
      clockUncertainty: 500 + (after - before) / 2,
    };
  } catch (error) {
    throw noAnswer(base, error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
