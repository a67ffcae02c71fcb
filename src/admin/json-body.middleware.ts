import { Injectable, type NestMiddleware } from '@nestjs/common';
import express, {
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { Options } from '../options/options.js';
import { AdminNotJsonError } from './admin.errors.js';

/** Reads the body as JSON, whatever its type is called. */
@Injectable()
export class JsonBody implements NestMiddleware {
  private readonly read: RequestHandler;

  constructor({ http }: Options) {
    this.read = express.json({ type: () => true, strict: false, limit: http.maxBodySize });
  }

  use(request: Request, response: Response, next: NextFunction): void {
    void this.read(request, response, (error?: unknown) => {
      if (error instanceof SyntaxError) next(new AdminNotJsonError('The body is no JSON.'));
      else next(error);
    });
  }
}
