import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { parseEvents, parseJson, type ParsedBody } from './body.js';
import { presentedWriteKeys } from './credentials.js';
import { Destinations, type Destination } from './destinations.js';
import { UnauthorizedError } from './engage.errors.js';
import { EventIntake } from './event-intake.js';
import { HeldRequests, type HeldBody } from './held-requests.js';
import { isJsonObject } from './json-value.js';

interface Success {
  readonly success: true;
}

/** Segment's Tracking API, as far as memberships come by it (contracts/engage.md, 1). */
@Controller('v1')
export class TrackingController {
  constructor(
    private readonly destinations: Destinations,
    private readonly requests: HeldRequests,
    private readonly intake: EventIntake,
  ) {}

  @Post(['batch', 'import'])
  @HttpCode(200)
  batch(@Req() request: Request): Promise<Success> {
    return this.take(request, parseEvents);
  }

  @Post('identify')
  @HttpCode(200)
  identify(@Req() request: Request): Promise<Success> {
    return this.take(request, (body) => parseCall(body, 'identify'));
  }

  @Post('track')
  @HttpCode(200)
  track(@Req() request: Request): Promise<Success> {
    return this.take(request, (body) => parseCall(body, 'track'));
  }

  @Post('group')
  @HttpCode(200)
  group(@Req() request: Request): Promise<Success> {
    return this.take(request, (body) => parseCall(body, 'group'));
  }

  private async take(request: Request, parse: (body: Buffer) => ParsedBody): Promise<Success> {
    const known = this.authorize(request.headers.authorization);
    const caller = known === undefined ? 'unknown' : 'known';
    await this.requests.take(request, caller, async (body, deadline) => {
      const destination = known ?? this.authorizeBy(body);
      return this.intake.takeUnsigned({ destination, read: () => parse(body.bytes), deadline });
    });
    return { success: true };
  }

  /**
   * Undefined: older SDKs say their write key in the body only, so it has to be read. Not for whoever
   * has shown a wrong one, and not where no destination has any.
   */
  private authorize(authorization: string | undefined): Destination | undefined {
    const presented = presentedWriteKeys(authorization, undefined);
    const destination = this.destinations.withWriteKey(presented);
    if (presented.length > 0 && destination === undefined) throw wrongWriteKey();
    if (!this.destinations.haveWriteKeys) throw wrongWriteKey();
    return destination;
  }

  private authorizeBy({ bytes, prove }: HeldBody): Destination {
    const presented = presentedWriteKeys(undefined, parseJson(bytes));
    const destination = this.destinations.withWriteKey(presented);
    if (destination === undefined) throw wrongWriteKey();
    prove();
    return destination;
  }
}

function wrongWriteKey(): UnauthorizedError {
  return new UnauthorizedError('The write key is missing or wrong.');
}

/** One call, whose type is its route. */
function parseCall(body: Buffer, type: string): ParsedBody {
  const { events, lossy } = parseEvents(body);
  return {
    events: [...events].map((event) => (isJsonObject(event) ? { ...event, type } : event)),
    lossy,
  };
}
