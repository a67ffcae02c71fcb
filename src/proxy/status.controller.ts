import { Controller, Get, Inject, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { StatusDocument } from '../observability/status-document.js';
import { Status } from '../observability/status.js';
import { NotThroughExpress } from './not-through-express.js';
import { Describe } from './openapi/describe.js';
import { STATUS } from './openapi/other-routes.js';
import { sendJson, type GroupedResponse } from './response.js';

/** `/status`, as the ConfigCat Proxy has it and with parts of ours. */
@Controller()
@UseGuards(NotThroughExpress)
export class StatusController {
  constructor(@Inject(Status) private readonly status: { read(): Promise<StatusDocument> }) {}

  @Get('status')
  @Describe(STATUS)
  async get(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    sendJson(response, JSON.stringify(await this.status.read()));
  }
}
