import { Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiParam } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Feed } from '../audiences/feed.js';
import { Configs } from '../configs/configs.js';
import { InvalidInputError } from '../error.js';
import { InvalidUserError, readUser } from '../evaluation/given-user.js';
import type { User } from '../evaluation/user.js';
import { Options } from '../options/options.js';
import { AdminController } from './admin-controller.js';
import { ConfigUnavailableError } from './admin.errors.js';
import {
  ExplainInput,
  ExplanationAnswer,
  explanationAnswer,
  readExplainInput,
} from './explanation.js';
import { Call } from './openapi/call.js';
import { PageQuery, pageOf, readCursor, type Page } from './page.js';
import { Reads } from './role.guard.js';
import { SdkAnswer, SdkSummary } from './sdk-answer.js';
import { sdkAnswer, sdkOf, sdkSummary } from './sdk-answers.js';

/** What SDK ids are served, and why a user sees a flag. */
@AdminController('sdks')
export class SdksController {
  constructor(
    private readonly configs: Configs,
    private readonly feed: Feed,
    private readonly options: Options,
  ) {}

  @Get('sdks')
  @Call({
    summary: 'The SDK ids of the options, and how their configs are',
    returns: [SdkSummary],
    problems: { 422: 'A wrong query' },
  })
  list(@Query() { limit, after }: PageQuery): Page<SdkSummary> {
    const last = readCursor(after, ['string'])?.[0];
    const ids = [...this.configs.all].map(({ options }) => options.id).toSorted();
    const rest = ids.filter((id) => last === undefined || id > String(last));
    return pageOf(rest.slice(0, limit + 1), limit, {
      item: (id) => sdkSummary(sdkOf(this.configs, id)),
      cursor: (id) => [id],
    });
  }

  @Get('sdks/:sdkId')
  @ApiParam({ name: 'sdkId', type: String })
  @Call({
    summary: 'One SDK id: its flags, and how each segment reaches SDKs',
    returns: SdkAnswer,
    problems: { 404: 'No such SDK id' },
  })
  get(@Param('sdkId') sdkId: string): SdkAnswer {
    return sdkAnswer(sdkOf(this.configs, sdkId), this.feed.index);
  }

  @Get('sdks/:sdkId/config')
  @ApiParam({ name: 'sdkId', type: String })
  @Call({
    summary: 'The config JSON that SDKs are served, byte for byte',
    returns: 'any object',
    problems: { 404: 'No such SDK id' },
  })
  config(@Param('sdkId') sdkId: string, @Res() response: Response): void {
    const { served } = sdkOf(this.configs, sdkId);
    if (served === undefined) throw new ConfigUnavailableError(sdkId);
    response.setHeader('ETag', served.etag);
    response.type('application/json').send(served.body);
  }

  @Post('sdks/:sdkId/explain')
  @Reads()
  @ApiParam({ name: 'sdkId', type: String })
  @ApiBody({ type: ExplainInput })
  @Call({
    summary: 'What a flag serves a user, and why',
    details: 'Attributes of users that the options have by default are added, as the API does.',
    status: 201,
    returns: ExplanationAnswer,
    problems: { 400: 'No JSON', 404: 'No such SDK id, or flag', 422: 'Something wrong in it' },
  })
  explain(@Param('sdkId') sdkId: string, @Req() { body }: Request): ExplanationAnswer {
    const { evaluable } = sdkOf(this.configs, sdkId);
    const { key, user } = readExplainInput(body);
    const read = this.userOf(sdkId, user);
    if (evaluable === undefined) throw new ConfigUnavailableError(sdkId);
    return explanationAnswer(key, evaluable.compiled.explain(key, read));
  }

  private userOf(sdkId: string, given: unknown): User | undefined {
    const defaults = this.options.sdks.get(sdkId)?.mergedUserAttributes ?? {};
    try {
      return readUser(given ?? undefined, [defaults]);
    } catch (error) {
      if (!(error instanceof InvalidUserError)) throw error;
      throw new InvalidInputError([{ pointer: '/user', detail: error.message }]);
    }
  }
}
