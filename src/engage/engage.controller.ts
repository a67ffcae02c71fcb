import { Controller, HttpCode, Param, Patch, Post, Put, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AudienceRegistry } from './audience-registry.js';
import type { Counts } from './counts.js';
import { Destinations, type Destination } from './destinations.js';
import { EventIntake } from './event-intake.js';
import { NotJsonError } from './not-json-error.js';
import { RawBodies } from './raw-body.js';

/** What Segment Engage calls (contracts/engage.md, 1). The token is checked before the body is read. */
@Controller('engage/:destination')
export class EngageController {
  constructor(
    private readonly destinations: Destinations,
    private readonly bodies: RawBodies,
    private readonly intake: EventIntake,
    private readonly audiences: AudienceRegistry,
  ) {}

  @Post('events')
  @HttpCode(200)
  async events(
    @Param('destination') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Counts> {
    const destination = this.authorize(id, request);
    const body = await this.bodies.of(request, response);
    return this.intake.take({ destination, body, signature: request.get('x-signature') });
  }

  @Put('events')
  putEvents(
    @Param('destination') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Counts> {
    return this.events(id, request, response);
  }

  @Patch('events')
  patchEvents(
    @Param('destination') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Counts> {
    return this.events(id, request, response);
  }

  @Post('audiences')
  @HttpCode(200)
  async createAudience(
    @Param('destination') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ externalId: string }> {
    const destination = this.authorize(id, request);
    const body = await this.json(request, response);
    return { externalId: await this.audiences.create(destination, body) };
  }

  @Post('audiences/lookup')
  @HttpCode(200)
  async getAudience(
    @Param('destination') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ externalId: string }> {
    const destination = this.authorize(id, request);
    const body = await this.json(request, response);
    return { externalId: await this.audiences.lookUp(destination, body) };
  }

  private authorize(id: string, request: Request): Destination {
    const { authorization } = request.headers;
    return this.destinations.authorize(id, { authorization, url: request.originalUrl });
  }

  private async json(request: Request, response: Response): Promise<unknown> {
    const body = await this.bodies.of(request, response);
    try {
      return JSON.parse(body.toString());
    } catch {
      throw new NotJsonError();
    }
  }
}
