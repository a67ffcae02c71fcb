import { Body, Delete, Get, Param, Post, Put, Query, Res, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Response } from 'express';
import { Configs } from '../configs/configs.js';
import { Database } from '../database/database.js';
import { SegmentEditor } from '../segments/segment-editor.js';
import { UnknownSegmentError } from '../segments/segment.errors.js';
import { SegmentStore } from '../segments/segment-store.js';
import type { StoredSegment } from '../segments/stored-segment.js';
import { AdminController } from './admin-controller.js';
import type { AdminUser } from './admin-user.js';
import { InUseError } from './admin.errors.js';
import { ExpectedVersion, NeedsIfMatch } from './if-match.js';
import { Call } from './openapi/call.js';
import { PageQuery, pageOf, readCursor, type Page } from './page.js';
import { Products } from './products.js';
import { AskedBy } from './request-user.js';
import {
  segmentAnswer,
  segmentChangeAnswer,
  SegmentAnswer,
  SegmentChangeAnswer,
} from './segment-answer.js';
import { segmentDraft } from './segment-draft.js';
import { SegmentInput, SegmentReplacement } from './segment-input.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const IF_MATCH = { name: 'If-Match', description: 'The ETag of the version: `"3"`' };

class RemovalQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Also where flags use it' })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly force?: 'true' | 'false';
}

/** Named conditions of products. */
@AdminController('segments')
export class SegmentsController {
  private readonly isDestination: (id: string) => boolean;

  constructor(
    private readonly database: Database,
    private readonly segments: SegmentStore,
    private readonly editor: SegmentEditor,
    private readonly configs: Configs,
    private readonly products: Products,
  ) {
    this.isDestination = (id) => products.isDestination(id);
  }

  @Get('products/:product/segments')
  @ApiParam({ name: 'product', type: String })
  @Call({
    summary: 'The segments of a product, by name',
    returns: [SegmentAnswer],
    problems: { 404: 'No such product', 422: 'A wrong query' },
  })
  async list(
    @Param('product') product: string,
    @Query() { limit, after }: PageQuery,
  ): Promise<Page<SegmentAnswer>> {
    this.products.expect(product);
    const name = readCursor(after, ['string'])?.[0];
    const rows = await this.database.transaction((manager) =>
      this.segments.list(manager, {
        product,
        after: name === undefined ? undefined : String(name),
        limit: limit + 1,
      }),
    );
    return pageOf(rows, limit, {
      item: (segment) => this.answer(segment),
      cursor: (segment) => [segment.name],
    });
  }

  @Post('products/:product/segments')
  @ApiParam({ name: 'product', type: String })
  @Call({
    summary: 'Makes a segment',
    status: 201,
    returns: SegmentAnswer,
    problems: {
      400: 'No JSON',
      403: 'A viewer',
      404: 'No such product',
      409: 'The name is taken',
      422: 'Something wrong in it',
    },
  })
  async create(
    @Param('product') product: string,
    @Body() input: SegmentInput,
    @AskedBy() user: AdminUser,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SegmentAnswer> {
    this.products.expect(product);
    const draft = segmentDraft(input, this.isDestination);
    const segment = await this.editor.create(product, draft, user);
    response.setHeader('Location', `/admin/v1/segments/${segment.id}`);
    return this.tagged(segment, response);
  }

  @Get('segments/:segmentId')
  @ApiParam({ name: 'segmentId', type: String })
  @Call({
    summary: 'One segment',
    returns: SegmentAnswer,
    problems: { 404: 'No such segment' },
  })
  async get(
    @Param('segmentId') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SegmentAnswer> {
    return this.tagged(await this.find(id), response);
  }

  @Put('segments/:segmentId')
  @UseGuards(NeedsIfMatch)
  @ApiParam({ name: 'segmentId', type: String })
  @ApiHeader({ ...IF_MATCH, required: true })
  @Call({
    summary: 'Replaces a segment',
    details: 'Takes what GET answers: its read-only members are ignored.',
    returns: SegmentAnswer,
    problems: {
      400: 'No JSON',
      403: 'A viewer',
      404: 'No such segment',
      409: 'The name is taken',
      412: 'Someone was faster',
      422: 'Something wrong in it',
      428: 'No If-Match',
    },
  })
  async replace(
    @Param('segmentId') id: string,
    @ExpectedVersion() version: number | undefined,
    @Body() input: SegmentReplacement,
    @AskedBy() user: AdminUser,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SegmentAnswer> {
    const draft = segmentDraft(input, this.isDestination);
    const replaced = { id: uuid(id), version: version ?? 0 };
    return this.tagged(await this.editor.replace(replaced, draft, user), response);
  }

  @Delete('segments/:segmentId')
  @ApiParam({ name: 'segmentId', type: String })
  @ApiHeader({ ...IF_MATCH, required: false })
  @Call({
    summary: 'Deletes a segment',
    details: 'A base segment of that name evaluates as it did before. It is not made again.',
    status: 204,
    problems: {
      403: 'A viewer',
      404: 'No such segment',
      409: 'Flags use it',
      412: 'Someone was faster',
      422: 'A wrong query',
    },
  })
  async remove(
    @Param('segmentId') id: string,
    @ExpectedVersion() version: number | undefined,
    @Query() { force }: RemovalQuery,
    @AskedBy() user: AdminUser,
  ): Promise<void> {
    const segment = await this.find(id);
    const { product, name } = segment;
    const usage = this.configs.flagsUsing(product, segment.id);
    if (usage.length > 0 && force !== 'true') {
      throw new InUseError(
        `Flags use the segment '${name}': ${usage.join(', ')}. With force=true it goes.`,
      );
    }
    await this.editor.remove({ id: segment.id, version }, user);
  }

  @Get('segments/:segmentId/history')
  @ApiParam({ name: 'segmentId', type: String })
  @Call({
    summary: 'Who changed a segment to what, newest first; also of one that was deleted',
    returns: [SegmentChangeAnswer],
    problems: { 404: 'There never was such a segment', 422: 'A wrong query' },
  })
  async history(
    @Param('segmentId') id: string,
    @Query() { limit, after }: PageQuery,
  ): Promise<Page<SegmentChangeAnswer>> {
    const before = readCursor(after, ['number'])?.[0];
    const rows = await this.database.transaction((manager) =>
      this.segments.history(manager, {
        id: uuid(id),
        before: before === undefined ? undefined : Number(before),
        limit: limit + 1,
      }),
    );
    if (rows.length === 0 && before === undefined) throw new UnknownSegmentError(id);
    return pageOf(rows, limit, {
      item: segmentChangeAnswer,
      cursor: ({ number }) => [number],
    });
  }

  private async find(id: string): Promise<StoredSegment> {
    const known = uuid(id);
    const segment = await this.database.transaction((manager) =>
      this.segments.find(manager, known),
    );
    if (segment === undefined) throw new UnknownSegmentError(id);
    return segment;
  }

  private answer(segment: StoredSegment): SegmentAnswer {
    return segmentAnswer(segment, this.configs.flagsUsing(segment.product, segment.id));
  }

  private tagged(segment: StoredSegment, response: Response): SegmentAnswer {
    response.setHeader('ETag', `"${segment.version}"`);
    return this.answer(segment);
  }
}

/** @throws UnknownSegmentError where it can't be one's id */
function uuid(id: string): string {
  if (!UUID.test(id)) throw new UnknownSegmentError(id);
  return id;
}
