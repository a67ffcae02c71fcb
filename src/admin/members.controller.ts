import { Delete, Get, Param, Query } from '@nestjs/common';
import { MemberEraser } from '../audiences/member-eraser.js';
import { MemberPages } from '../audiences/member-pages.js';
import { Destinations } from '../engage/destinations.js';
import { UnknownDestinationError } from '../engage/engage.errors.js';
import { AdminController } from './admin-controller.js';
import { readAudienceId } from './audience-cursor.js';
import {
  MemberAudience,
  memberAudienceAnswer,
  MemberErasureQuery,
  MemberPath,
} from './member-audience.js';
import { Call } from './openapi/call.js';
import { PageQuery, pageOf, type Page } from './page.js';

@AdminController('members')
export class MembersController {
  constructor(
    private readonly members: MemberPages,
    private readonly eraser: MemberEraser,
    private readonly destinations: Destinations,
  ) {}

  @Get('members/:key')
  @Call({
    summary: 'The audiences somebody is in',
    details: 'Somebody who was never heard of is in none.',
    returns: [MemberAudience],
    problems: { 422: 'That is no key, or a wrong query' },
  })
  async audiences(
    @Param() { key }: MemberPath,
    @Query() { limit, after }: PageQuery,
  ): Promise<Page<MemberAudience>> {
    const from = { after: readAudienceId(after), limit: limit + 1 };
    return pageOf(await this.members.audiencesOf(key, from), limit, {
      item: memberAudienceAnswer,
      cursor: ({ audience }) => [String(audience.id)],
    });
  }

  @Delete('members/:key')
  @Call({
    summary: 'Erases somebody from memberships, changes and rejected events',
    details:
      'In all destinations, also those that the options name no more, or in one. Its hash and the time stay, so that no event up to now brings it back. Done as well where nothing was known.',
    status: 204,
    problems: {
      403: 'A viewer',
      404: 'No such destination',
      422: 'That is no key, or a wrong query',
    },
  })
  async erase(
    @Param() { key: memberKey }: MemberPath,
    @Query() { destination }: MemberErasureQuery,
  ): Promise<void> {
    const known = new Set([...this.destinations.ids, ...(await this.eraser.destinations())]);
    if (destination !== undefined && !known.has(destination)) {
      throw new UnknownDestinationError(`There is no destination '${destination}'.`);
    }
    const erasedAt = Date.now() * 1_000;
    await this.eraser.erase(destination === undefined ? [...known] : [destination], [
      { memberKey, erasedAt },
    ]);
  }
}
