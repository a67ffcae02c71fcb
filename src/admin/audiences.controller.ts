import { Body, Delete, Get, Param, Patch, Query } from '@nestjs/common';
import { AudienceDeletion } from '../audiences/audience-deletion.js';
import { AudienceDirectory } from '../audiences/audience-directory.js';
import { AdminController } from './admin-controller.js';
import { Audience, audienceAnswer } from './audience.js';
import { AudiencePatch, AudiencesQuery } from './audience-input.js';
import { readAudiencePlace } from './audience-cursor.js';
import { audienceIdOf, AudiencePath } from './audience-path.js';
import { Call } from './openapi/call.js';
import { pageOf, type Page } from './page.js';

const UNKNOWN = 'No such audience';

@AdminController('audiences')
export class AudiencesController {
  constructor(
    private readonly directory: AudienceDirectory,
    private readonly deletion: AudienceDeletion,
  ) {}

  @Get('audiences')
  @Call({
    summary: 'All audiences, oldest first',
    returns: [Audience],
    problems: { 422: 'A wrong query' },
  })
  async list(
    @Query() { limit, after, destination, status }: AudiencesQuery,
  ): Promise<Page<Audience>> {
    const audiences = await this.directory.list({
      destination,
      status,
      after: readAudiencePlace(after),
      limit: limit + 1,
    });
    return pageOf(audiences, limit, {
      item: audienceAnswer,
      cursor: ({ createdAt, id }) => [createdAt, String(id)],
    });
  }

  @Get('audiences/:id')
  @Call({ summary: 'One audience', returns: Audience, problems: { 404: UNKNOWN } })
  async get(@Param() path: AudiencePath): Promise<Audience> {
    return audienceAnswer(await this.directory.find(audienceIdOf(path)));
  }

  @Patch('audiences/:id')
  @Call({
    summary: 'Renames, archives or revives an audience',
    returns: Audience,
    problems: {
      400: 'No JSON',
      403: 'A viewer',
      404: UNKNOWN,
      422: 'Something wrong in it',
    },
  })
  async edit(@Param() path: AudiencePath, @Body() patch: AudiencePatch): Promise<Audience> {
    return audienceAnswer(await this.directory.edit(audienceIdOf(path), patch));
  }

  @Delete('audiences/:id')
  @Call({
    summary: 'Deletes an audience with its members and history',
    details:
      'It is gone at once; what is stored of it follows in the background. A later event makes it anew, with another id: archive it where Segment still sends some.',
    status: 204,
    problems: { 403: 'A viewer', 404: UNKNOWN, 409: 'Segments refer to it' },
  })
  async delete(@Param() path: AudiencePath): Promise<void> {
    await this.deletion.run(audienceIdOf(path));
  }
}
