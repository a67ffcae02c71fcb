import { Injectable, type NestMiddleware } from '@nestjs/common';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { Options } from '../options/options.js';
import { InvalidInputError } from '../error.js';
import { AdminNotJsonError } from './admin.errors.js';
import { checkSize } from './json-size.js';

/** Fifteen thousand values, and what stands around them. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Reads the body as JSON, whatever its type is called. */
@Injectable()
export class JsonBody implements NestMiddleware {
  private readonly read: RequestHandler;

  constructor({ http }: Options) {
    const limit = Math.min(http.maxBodySize, MAX_BYTES);
    this.read = express.json({ type: () => true, strict: false, limit });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    void this.read(request, response, (error?: unknown) => {
      if (error instanceof SyntaxError) next(new AdminNotJsonError('The body is no JSON.'));
      else next(error ?? problemOf(request));
    });
  }
}

function problemOf({ body }: Request): InvalidInputError | undefined {
  try {
    checkSize(body);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}
