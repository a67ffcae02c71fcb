import { Controller, Get, Head, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { isUtf8 } from 'node:buffer';
import { parseJson } from './body.js';
import { presentedServiceTokens } from './credentials.js';
import { Destinations, type Destination } from './destinations.js';
import {
  InvalidRequestError,
  UnauthorizedError,
  UnknownDestinationError,
} from './engage.errors.js';
import { EventIntake } from './event-intake.js';
import type { Deadline } from './deadline.js';
import { HeldRequests } from './held-requests.js';
import { isJsonObject, type JsonObject } from './json-value.js';
import { syncedSegmentInterpreter } from './synced-segment.js';

/** The one version of LaunchDarkly's API that its destination in Segment asks for. */
const API_VERSION = 20_240_415;

/**
 * LaunchDarkly's synced-segment call and the connection test of its destination, for senders that
 * have them already (contracts/engage.md, 1).
 */
@Controller()
export class SyncedSegmentController {
  constructor(
    private readonly destinations: Destinations,
    private readonly requests: HeldRequests,
    private readonly intake: EventIntake,
  ) {}

  @Post('api/v2/segment-targets/:integration')
  @HttpCode(204)
  async store(@Req() request: Request): Promise<void> {
    const owners = this.authorize(request);
    await this.requests.take(request, 'known', async ({ bytes }, deadline) =>
      this.take(bytes, owners, deadline),
    );
  }

  @Head('sdk/goals/:environmentId')
  environment(@Param('environmentId') environmentId: string): void {
    if (this.destinations.withClientSideId(environmentId) === undefined) {
      throw new UnknownDestinationError('No destination has that client_side_id.');
    }
  }

  @Get('api/v2/versions')
  versions(@Req() request: Request): object {
    this.authorize(request);
    return {
      validVersions: [API_VERSION],
      latestVersion: API_VERSION,
      currentVersion: API_VERSION,
    };
  }

  private async take(
    body: Buffer,
    owners: readonly Destination[],
    deadline: Deadline,
  ): Promise<void> {
    const call = parseJson(body, 'an object with environmentId and batch');
    if (!isJsonObject(call)) throw new InvalidRequestError('The body must be an object.');
    const destination = destinationOf(call, owners, this.destinations);
    const items = call['batch'];
    if (!Array.isArray(items)) throw new InvalidRequestError("'batch' must be a list.");
    const kind = call['contextKind'];
    const { contextKind } = destination.options;
    await this.intake.takeUnsigned({
      destination,
      read: () => ({ events: items, lossy: !isUtf8(body) }),
      interpret: syncedSegmentInterpreter(
        typeof kind === 'string' && kind !== '' ? kind : contextKind,
      ),
      deadline,
    });
  }

  private authorize(request: Request): readonly Destination[] {
    const { authorization } = request.headers;
    const owners = this.destinations.withServiceToken(presentedServiceTokens(authorization));
    if (owners.length === 0) throw new UnauthorizedError('The token is missing or wrong.');
    return owners;
  }
}

/** Token and environment have to be of one destination. */
function destinationOf(
  { environmentId }: JsonObject,
  owners: readonly Destination[],
  destinations: Destinations,
): Destination {
  const named =
    typeof environmentId === 'string' ? destinations.withClientSideId(environmentId) : undefined;
  if (named === undefined || !owners.includes(named)) {
    throw new UnauthorizedError('The token is missing or wrong.');
  }
  return named;
}
