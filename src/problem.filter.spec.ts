import { HttpException, type ArgumentsHost } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describe, expect, it, vi } from 'vitest';
import { DatabaseUnavailableError } from './database/database.js';
import {
  DeadlineError,
  InvalidRequestError,
  QueueFullError,
  TooManyEventsError,
  UnauthorizedError,
} from './engage/engage.errors.js';
import { AudienceSyncError } from './error.js';
import { ProblemFilter } from './problem.filter.js';
import type { Refusal } from './refusal-log.js';

class OddError extends AudienceSyncError {
  readonly code = 'odd';
}

/** What a client is told, and what the log is. */
function answer(error: unknown, { headersSent = false } = {}) {
  const headers: Record<string, string> = {};
  const told = { status: 0, type: '', body: '' };
  const destroy = vi.fn<() => void>();
  const response = {
    headersSent,
    destroy,
    setHeader: (name: string, value: string) => (headers[name] = value),
    status: (status: number) => {
      told.status = status;
      return response;
    },
    type: (type: string) => {
      told.type = type;
      return response;
    },
    send: (body: string) => (told.body = body),
  };
  const onUnexpected = vi.fn<(error: unknown) => void>();
  const onRefused = vi.fn<(refusal: Refusal) => void>();
  const filter = new ProblemFilter(onUnexpected, onRefused);
  const host: ArgumentsHost = new ExecutionContextHost([{}, response, () => {}]);
  // oxlint-disable-next-line promise/no-promise-in-callback -- the filter's catch is no promise's
  filter.catch(error, host);
  const problem: unknown = told.body === '' ? undefined : JSON.parse(told.body);
  return { ...told, headers, problem, destroy, onUnexpected, onRefused };
}

const withCode = (code: string) => Object.assign(new Error('said by pg'), { code });

describe('an error', () => {
  it.each([
    ['a wrong token', new UnauthorizedError('no'), 401],
    ['a request that can be read but not done', new InvalidRequestError('no'), 422],
    ['a body over the limit', Object.assign(new Error('too large'), { statusCode: 413 }), 413],
  ])('is a problem document: %s', (_name, error, status) => {
    const told = answer(error);
    expect(told.type).toBe('application/problem+json');
    expect(told).toMatchObject({ status, problem: { status, detail: error.message } });
    expect(told.onUnexpected).not.toHaveBeenCalled();
  });

  it('never quotes the URL, which may hold a token', () => {
    const unknownRoute = new HttpException('Cannot GET /engage/x?token=secret', 404);
    const unreadable = Object.assign(new URIError('Failed to decode param secret'), {
      statusCode: 400,
    });
    for (const error of [unknownRoute, unreadable]) {
      const told = answer(error);
      expect(told.body).not.toContain('secret');
      expect(told.type).toBe('application/problem+json');
    }
    expect(answer(unknownRoute).status).toBe(404);
    expect(answer(unreadable).status).toBe(400);
  });

  it.each([
    ['the queue is full', new QueueFullError('full')],
    ['it took too long', new DeadlineError('late')],
    ['PostgreSQL was never reached', new DatabaseUnavailableError('away')],
    ['PostgreSQL is away', withCode('ECONNREFUSED')],
    ['PostgreSQL gave the statement up', withCode('57014')],
    ['PostgreSQL is read-only', withCode('25006')],
    ['its disk is full', withCode('53100')],
    ['the database was dropped', withCode('57P04')],
    ['its password is another one now', withCode('28P01')],
    ['other writers were faster each time', withCode('40001')],
  ])('asks to be sent again when %s', (_name, error) => {
    const told = answer(error);
    expect(told).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    expect(told.body).not.toContain('said by pg');
    expect(told.onUnexpected).not.toHaveBeenCalled();
    expect(told.onRefused).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ status: 503, error }),
    );
  });

  it('is told to whoever runs the service where data may be lost by it', () => {
    const tooLarge = Object.assign(new Error('too large'), { statusCode: 413 });
    for (const error of [tooLarge, new TooManyEventsError('many')]) {
      expect(answer(error).onRefused).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ status: 413, error }),
      );
    }
    expect(answer(new UnauthorizedError('no')).onRefused).not.toHaveBeenCalled();
  });

  it.each([
    ['of the service', new OddError('with a secret')],
    ['of PostgreSQL', withCode('42P01')],
    ['of the parser', Object.assign(new Error('with a secret'), { statusCode: 500 })],
    ['that is no error', 'with a secret'],
  ])('is logged and not told when nobody expected it: one %s', (_name, error) => {
    const told = answer(error);
    expect(told.status).toBe(500);
    expect(told.body).not.toMatch(/secret|pg/);
    expect(told.onUnexpected).toHaveBeenCalledWith(error);
  });

  it('ends a response that has begun', () => {
    const told = answer(new Error('late'), { headersSent: true });
    expect(told.destroy).toHaveBeenCalled();
    expect(told.body).toBe('');
  });
});
