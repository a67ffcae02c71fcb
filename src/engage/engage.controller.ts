import { Controller, HttpCode, Param, Patch, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { AudienceRegistry } from './audience-registry.js';
import type { Counts } from './counts.js';
import { Destinations, type Destination } from './destinations.js';
import { EventIntake } from './event-intake.js';
import { HeldRequests } from './held-requests.js';

/** What Segment Engage calls (contracts/engage.md, 1). The token is checked before the body is read. */
@Controller('engage/:destination')
export class EngageController {
  constructor(
    private readonly destinations: Destinations,
    private readonly requests: HeldRequests,
    private readonly intake: EventIntake,
    private readonly audiences: AudienceRegistry,
  ) {}

  @Post('events')
  @HttpCode(200)
  async events(@Param('destination') id: string, @Req() request: Request): Promise<Counts> {
    const destination = this.authorize(id, request);
    const signature = request.get('x-signature');
    return this.requests.take(request, 'known', ({ bytes: body }, deadline) =>
      this.intake.take({ destination, body, signature }, deadline),
    );
  }

  @Put('events')
  putEvents(@Param('destination') id: string, @Req() request: Request): Promise<Counts> {
    return this.events(id, request);
  }

  @Patch('events')
  patchEvents(@Param('destination') id: string, @Req() request: Request): Promise<Counts> {
    return this.events(id, request);
  }

  @Post('audiences')
  @HttpCode(200)
  async createAudience(
    @Param('destination') id: string,
    @Req() request: Request,
  ): Promise<{ externalId: string }> {
    const destination = this.authorize(id, request);
    const externalId = await this.requests.take(request, 'known', ({ bytes }) =>
      this.audiences.create(destination, bytes),
    );
    return { externalId };
  }

  @Post('audiences/lookup')
  @HttpCode(200)
  async getAudience(
    @Param('destination') id: string,
    @Req() request: Request,
  ): Promise<{ externalId: string }> {
    const destination = this.authorize(id, request);
    const externalId = await this.requests.take(request, 'known', ({ bytes }) =>
      this.audiences.lookUp(destination, bytes),
    );
    return { externalId };
  }

  private authorize(id: string, request: Request): Destination {
    const { authorization } = request.headers;
    return this.destinations.authorize(id, { authorization, url: request.originalUrl });
  }
}
