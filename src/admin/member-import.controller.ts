import { Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { Request } from 'express';
import { AudienceDirectory } from '../audiences/audience-directory.js';
import { ImportRefusedError } from '../audiences/import.errors.js';
import { MemberImport } from '../audiences/member-import.js';
import { InvalidInputError } from '../error.js';
import { AdminController } from './admin-controller.js';
import { audienceIdOf, AudiencePath } from './audience-path.js';
import { MemberImportAnswer, MemberImportQuery } from './member-import.js';
import { formatOf, openUpload, uploadError } from './member-upload.js';
import { Call } from './openapi/call.js';

const DETAILS = `NDJSON: each line a text or number, or an object with \`member\`, \`userId\`, \`user_id\`, \`identifier\`, \`key\` or \`id\`. CSV: the column that the first line calls so; without such a line, there may be one column only. Any size; it may be compressed (Content-Encoding). All is staged first, so nothing is in where the upload breaks off. The import's start is the time of its memberships: members with a newer event keep theirs.`;

@AdminController('audiences')
export class MemberImportController {
  constructor(
    private readonly directory: AudienceDirectory,
    private readonly imports: MemberImport,
  ) {}

  @Post('audiences/:id/members/import')
  @ApiConsumes('application/x-ndjson', 'application/json', 'text/csv')
  @ApiBody({
    required: true,
    description: 'One member a line.',
    schema: { type: 'string' },
  })
  @Call({
    summary: 'Imports members, or replaces all of them in one step',
    details: DETAILS,
    status: 201,
    returns: MemberImportAnswer,
    problems: {
      403: 'A viewer',
      404: 'No such audience, or it was deleted meanwhile',
      409: 'Another import replaces it, or this one was given up',
      415: 'Neither Content-Type nor `format` says what the lines are, or an unknown compression',
      422: 'A wrong query, a bad line under `strict`, no known column, or broken compression',
    },
  })
  async run(
    @Param() path: AudiencePath,
    @Query() { mode, strict, format }: MemberImportQuery,
    @Req() request: Request,
  ): Promise<MemberImportAnswer> {
    const asked = { mode, format: format ?? formatOf(request), strict: strict === 'true' };
    const upload = openUpload(request);
    try {
      const { id: audienceId } = await this.directory.find(audienceIdOf(path));
      return await this.imports.run({ audienceId, ...asked }, upload);
    } catch (error) {
      upload.destroy();
      if (!(error instanceof ImportRefusedError)) throw uploadError(error);
      throw new InvalidInputError(
        error.problems.map(({ line, problem }) => ({ pointer: `/${line}`, detail: problem })),
      );
    }
  }
}
