import { Controller, Get, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Readiness } from '../observability/readiness.js';
import { NotThroughExpress } from './not-through-express.js';
import { Describe } from './openapi/describe.js';
import { HEALTH, READINESS } from './openapi/other-routes.js';
import { sendText, type GroupedResponse } from './response.js';

/** What must be there before requests may come; empty: they may. */
export interface Missing {
  readonly missing: readonly string[] | Promise<readonly string[]>;
}

/** `/healthz`: the process answers. `/readyz`: and may be sent requests. On both ports. */
@Controller()
@UseGuards(NotThroughExpress)
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Missing) {}

  @Get('healthz')
  @Describe(HEALTH)
  health(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): void {
    sendText(response, 200, 'ok');
  }

  @Get('readyz')
  @Describe(READINESS)
  async ready(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    const missing = await this.readiness.missing;
    if (missing.length === 0) sendText(response, 200, 'ok');
    else sendText(response, 503, `not ready: ${missing.join(', ')}`);
  }
}
