import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { parseEvents, parseJson, type ParsedBody } from './body.js';
import { presentedWriteKeys } from './credentials.js';
import { Destinations, type Destination } from './destinations.js';
import { UnauthorizedError } from './engage.errors.js';
import { EventIntake } from './event-intake.js';
import { isJsonObject } from './json-value.js';
import { RawBodies } from './raw-body.js';

interface Success {
  readonly success: true;
}

/** Segment's Tracking API, as far as memberships come by it (contracts/engage.md, 1). */
@Controller('v1')
export class TrackingController {
  constructor(
    private readonly destinations: Destinations,
    private readonly bodies: RawBodies,
    private readonly intake: EventIntake,
  ) {}

  @Post(['batch', 'import'])
  @HttpCode(200)
  batch(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Success> {
    return this.take(request, response, parseEvents);
  }

  @Post('identify')
  @HttpCode(200)
  identify(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Success> {
    return this.take(request, response, (body) => parseCall(body, 'identify'));
  }

  @Post('track')
  @HttpCode(200)
  track(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Success> {
    return this.take(request, response, (body) => parseCall(body, 'track'));
  }

  @Post('group')
  @HttpCode(200)
  group(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Success> {
    return this.take(request, response, (body) => parseCall(body, 'group'));
  }

  private async take(
    request: Request,
    response: Response,
    parse: (body: Buffer) => ParsedBody,
  ): Promise<Success> {
    const body = await this.bodies.of(request, response);
    const destination = this.authorize(request.headers.authorization, body);
    await this.intake.takeUnsigned({ destination, read: () => parse(body) });
    return { success: true };
  }

  /** Older SDKs say their write key in the body only, so it is read before anybody is sent away. */
  private authorize(authorization: string | undefined, body: Buffer): Destination {
    const destination =
      this.destinations.withWriteKey(presentedWriteKeys(authorization, undefined)) ??
      this.destinations.withWriteKey(presentedWriteKeys(undefined, parseJson(body)));
    if (destination === undefined) {
      throw new UnauthorizedError('The write key is missing or wrong.');
    }
    return destination;
  }
}

/** One call, whose type is its route. */
function parseCall(body: Buffer, type: string): ParsedBody {
  const { events, lossy } = parseEvents(body);
  return {
    events: [...events].map((event) => (isJsonObject(event) ? { ...event, type } : event)),
    lossy,
  };
}
