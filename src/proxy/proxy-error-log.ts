import { Injectable, Logger } from '@nestjs/common';
import { ErrorLog } from '../observability/error-log.js';

/** What went wrong on the way of a request and is not the client's fault. */
@Injectable()
export class ProxyErrorLog extends ErrorLog {
  constructor() {
    super(new Logger('Proxy'), (error) => (error instanceof Error ? error.message : String(error)));
  }
}
