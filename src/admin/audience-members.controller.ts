import { Get, Param, Query } from '@nestjs/common';
import { AudienceDirectory } from '../audiences/audience-directory.js';
import { ChangePages } from '../audiences/change-pages.js';
import { MemberPages } from '../audiences/member-pages.js';
import { AdminController } from './admin-controller.js';
import {
  readChangePlace,
  readMemberKey,
  writeChangePlace,
  writeMemberKey,
} from './audience-cursor.js';
import {
  AudienceChange,
  AudienceMember,
  AudienceMembership,
  changeAnswer,
  memberAnswer,
  membershipAnswer,
} from './audience-member.js';
import { AudienceChangesQuery, AudienceMembersQuery } from './audience-members-query.js';
import { audienceIdOf, AudienceMemberPath, AudiencePath } from './audience-path.js';
import { Call } from './openapi/call.js';
import type { Page } from './page.js';

const SHORT_PAGES =
  'A page looks at a bounded number of rows, so it may have fewer items than `limit`, even none, also where there are more: it is the last one where `next` is null.';
const PROBLEMS = { 404: 'No such audience', 422: 'A wrong query' };

@AdminController('audiences')
export class AudienceMembersController {
  constructor(
    private readonly directory: AudienceDirectory,
    private readonly members: MemberPages,
    private readonly changes: ChangePages,
  ) {}

  @Get('audiences/:id/members')
  @Call({
    summary: 'Who is in an audience, by key',
    details: SHORT_PAGES,
    returns: [AudienceMember],
    problems: PROBLEMS,
  })
  async list(
    @Param() path: AudiencePath,
    @Query() { limit, after, prefix }: AudienceMembersQuery,
  ): Promise<Page<AudienceMember>> {
    const from = { prefix, after: readMemberKey(after), limit };
    const { id } = await this.directory.find(audienceIdOf(path));
    const { members, next } = await this.members.read(id, from);
    return {
      items: members.map(memberAnswer),
      next: next === undefined ? null : writeMemberKey(next),
    };
  }

  @Get('audiences/:id/members/:key')
  @Call({
    summary: 'Whether somebody is in an audience, and since when',
    returns: AudienceMembership,
    problems: { 404: 'No such audience, or it never had that member', 422: 'That is no key' },
  })
  async find(@Param() path: AudienceMemberPath): Promise<AudienceMembership> {
    return membershipAnswer(await this.members.find(audienceIdOf(path), path.key));
  }

  @Get('audiences/:id/changes')
  @Call({
    summary: 'Who entered and left an audience, newest first',
    details: SHORT_PAGES,
    returns: [AudienceChange],
    problems: PROBLEMS,
  })
  async history(
    @Param() path: AudiencePath,
    @Query() { limit, after, since, until }: AudienceChangesQuery,
  ): Promise<Page<AudienceChange>> {
    const from = { since, until, after: readChangePlace(after), limit };
    const { id } = await this.directory.find(audienceIdOf(path));
    const { changes, next } = await this.changes.read(id, from);
    return {
      items: changes.map(changeAnswer),
      next: next === undefined ? null : writeChangePlace(next),
    };
  }
}
