import { Controller, Get, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Metrics, type MetricsText } from '../observability/metrics.js';
import { NotThroughExpress } from './not-through-express.js';
import { Describe } from './openapi/describe.js';
import { METRICS } from './openapi/other-routes.js';
import { send, type GroupedResponse } from './response.js';

/** `/metrics`, for Prometheus. */
@Controller()
@UseGuards(NotThroughExpress)
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: { text(): Promise<MetricsText> }) {}

  @Get('metrics')
  @Describe(METRICS)
  async get(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    const { contentType, body } = await this.metrics.text();
    const length = String(Buffer.byteLength(body));
    send(response, 200, ['Content-Type', contentType, 'Content-Length', length], body);
  }
}
