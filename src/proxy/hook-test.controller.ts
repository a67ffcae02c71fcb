import { Controller, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { NotThroughExpress } from './not-through-express.js';
import { Describe } from './openapi/describe.js';
import { HOOK_TEST } from './openapi/other-routes.js';
import { sendEmpty, type GroupedResponse } from './response.js';

/** Tells whoever sets a webhook up that it would arrive. Asks for nothing and does nothing. */
@Controller('hook-test')
@UseGuards(NotThroughExpress)
export class HookTestController {
  @Post()
  @Describe(HOOK_TEST)
  post(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): void {
    sendEmpty(response, 200);
  }

  @Get()
  @Describe(HOOK_TEST)
  get(@Req() _request: IncomingMessage, @Res() response: GroupedResponse): void {
    sendEmpty(response, 200);
  }
}
