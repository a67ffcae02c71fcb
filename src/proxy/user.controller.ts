import { Controller, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { User } from '../evaluation/user.js';
import { LookupFailure } from './lookup-failure.js';
import { NotThroughExpress } from './not-through-express.js';
import { byId, byKey, USER_AUDIENCES } from './openapi/api-routes.js';
import { Describe } from './openapi/describe.js';
import { QuestionReader } from './question-reader.js';
import { sendJson, type GroupedResponse } from './response.js';
import { nameInApi, type SdkName } from './sdk-name.js';

/** Who a user is to audiences, for apps whose SDK evaluates by itself. */
@Controller('api')
@UseGuards(NotThroughExpress)
export class UserController {
  constructor(private readonly questions: QuestionReader) {}

  @Post(':sdkId/user')
  @Describe(byId(USER_AUDIENCES))
  user(
    @Req() request: IncomingMessage,
    @Res() response: GroupedResponse,
    @Param('sdkId') sdkId: string,
  ): Promise<void> {
    return this.answer(request, response, nameInApi(request, sdkId));
  }

  @Post('user')
  @Describe(byKey(USER_AUDIENCES))
  userByKey(@Req() request: IncomingMessage, @Res() response: GroupedResponse): Promise<void> {
    return this.answer(request, response, nameInApi(request));
  }

  private async answer(
    request: IncomingMessage,
    response: GroupedResponse,
    name: SdkName,
  ): Promise<void> {
    const asked = await this.questions.read(request, response, name);
    if (asked === undefined) return;
    const { config, sdk, user = {} } = asked;
    const slugs = config.slugsOf(user);
    if (slugs === undefined) {
      LookupFailure.invalidState.send(response);
      return;
    }
    const { membershipAttribute } = sdk.options;
    sendJson(response, JSON.stringify({ user: withMemberships(user, membershipAttribute, slugs) }));
  }
}

/** Without a prototype, so that an attribute may be called `__proto__`. */
function withMemberships(user: User, attribute: string, slugs: readonly string[]): User {
  const { [attribute]: _ignored, ...others } = user;
  return Object.assign(Object.create(null), others, { [attribute]: slugs });
}
