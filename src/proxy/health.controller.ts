import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Readiness } from '../observability/readiness.js';
import { NotThroughExpress } from './not-through-express.js';
import { sendText, type GroupedResponse } from './response.js';

/** `/healthz`: the process answers. `/readyz`: and may be sent requests. On both ports. */
@Controller()
@UseGuards(NotThroughExpress)
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('healthz')
  health(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): void {
    sendText(response, 200, 'ok');
  }

  @Get('readyz')
  ready(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): void {
    const { missing } = this.readiness;
    if (missing.length === 0) sendText(response, 200, 'ok');
    else sendText(response, 503, `not ready: ${missing.join(', ')}`);
  }
}
