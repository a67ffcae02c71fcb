import type { StatusDocument } from '../observability/status-document.js';
import type { Order } from './order.js';

/** What the primary and its workers ask each other, and what comes back. */
export interface Answers {
  /** A worker asks what it is to do. */
  readonly order: Order;
  /** A worker asks whether others serve meanwhile, so that it can wait until it is ready. */
  readonly othersServe: boolean;
  /** The primary asks for a worker's own, a worker for that of all. */
  readonly status: StatusDocument;
  readonly metrics: readonly object[];
  /** What a worker lacks before it may get requests. */
  readonly readiness: readonly string[];
}

/** What needs no answer: a worker tells how far it is, the primary that nobody else serves, or that it is over. */
export type News = 'listening' | 'started' | 'join' | 'stop';
