import express, { type Request, type RequestHandler, type Response } from 'express';

/** Reads bodies as the bytes they are, inflated: signatures are checked on them. */
export class RawBodies {
  private readonly read: RequestHandler;

  /** `limit`: bytes, also of what a compressed body inflates to. */
  constructor(limit: number) {
    this.read = express.raw({ type: () => true, limit, inflate: true });
  }

  /** Empty where there is no body. Rejects with body-parser's errors, which carry a status. */
  async of(request: Request, response: Response): Promise<Buffer> {
    await new Promise<void>((resolve, reject) => {
      void this.read(request, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('the body could not be read'));
      });
    });
    const body: unknown = request.body;
    return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  }
}
