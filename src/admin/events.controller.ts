import { Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AdminController } from './admin-controller.js';
import { AdminEvents } from './events.js';
import { Call } from './openapi/call.js';

@AdminController('events')
export class EventsController {
  constructor(private readonly events: AdminEvents) {}

  @Get('events')
  @ApiOkResponse({
    description: 'A stream that lasts',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @Call({
    summary: 'What happens, as server-sent events',
    details: [
      'Each has `at`, the time it was noticed, besides:',
      '- `audience` `{audienceId, entered, left}`: how many entered and left, gathered for a quarter of a second;',
      '- `audience-replaced` `{audienceId}`: an import gave it other members;',
      '- `config` `{sdkId, etag}`: an SDK id is served another config;',
      '- `definitions` `{}`: audiences or segments changed;',
      '- `rejected` `{destination, reason, count}`: events were kept aside.',
      '',
      'What happened while a client was away is not told again: look anew whenever a stream begins.',
    ].join('\n'),
    problems: { 429: 'A hundred streams are open already' },
  })
  async listen(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.method === 'HEAD') {
      response.type('text/event-stream').end();
      return;
    }
    await this.events.open(response);
  }
}
