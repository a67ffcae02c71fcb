import { Delete, Get, Post, Query } from '@nestjs/common';
import { RejectedEventList } from '../engage/rejected-event-list.js';
import { Replay } from '../engage/replay.js';
import { InvalidInputError } from '../error.js';
import { AdminController } from './admin-controller.js';
import { Call } from './openapi/call.js';
import { readCursor, writeCursor, type Page } from './page.js';
import {
  RejectedCount,
  rejectedCount,
  RejectedEvent,
  rejectedEvent,
} from './rejected-event.dto.js';
import { RejectedPageQuery, RejectedQuery, ReplayQuery } from './rejected-query.js';
import { ReplayAnswer, replayAnswer } from './rejected-replay.dto.js';

const FILTER_PROBLEM = { 422: 'A filter that can not be read' };
const WRITE_PROBLEMS = { ...FILTER_PROBLEM, 403: 'A viewer' };

@AdminController('rejected events')
export class RejectedEventsController {
  constructor(
    private readonly events: RejectedEventList,
    private readonly replays: Replay,
  ) {}

  @Get('rejected-events')
  @Call({
    summary: 'Events that could not be understood, newest first',
    details: 'A page ends early where payloads are large: it is the last one where `next` is null.',
    returns: [RejectedEvent],
    problems: FILTER_PROBLEM,
  })
  async list(
    @Query() { limit, after, ...filter }: RejectedPageQuery,
  ): Promise<Page<RejectedEvent>> {
    const { events, hasMore } = await this.events.page(filter, { before: readId(after), limit });
    const last = events.at(-1);
    return {
      items: events.map(rejectedEvent),
      next: hasMore && last !== undefined ? writeCursor([last.id]) : null,
    };
  }

  @Get('rejected-events/counts')
  @Call({
    summary: 'How many events were rejected, by destination and reason',
    returns: [RejectedCount],
    problems: FILTER_PROBLEM,
  })
  async counts(@Query() filter: RejectedQuery): Promise<Page<RejectedCount>> {
    return { items: (await this.events.counts(filter)).map(rejectedCount), next: null };
  }

  @Post('rejected-events/replay')
  @Call({
    summary:
      'Sends rejected events through their destinations again, oldest first, as if they came when they came; those refused for their signature only with `unsigned=true`',
    details:
      'What is taken or skipped now is no rejected event any more. `left` counts those that stay: what is rejected again, what was too large to be kept, what was refused for its signature unless `unsigned` is true, and what is of a destination that the options do not have. A newer event of the same member wins, so a second replay does no harm.',
    status: 201,
    returns: ReplayAnswer,
    problems: WRITE_PROBLEMS,
  })
  async replay(@Query() filter: ReplayQuery): Promise<ReplayAnswer> {
    return replayAnswer(await this.replays.run(filter));
  }

  @Delete('rejected-events')
  @Call({
    summary: 'Deletes rejected events: those that match, or all',
    status: 204,
    problems: WRITE_PROBLEMS,
  })
  async delete(@Query() filter: RejectedQuery): Promise<void> {
    await this.events.delete(filter);
  }
}

/** @throws InvalidInputError */
function readId(after: string | undefined): number | undefined {
  const [id] = readCursor(after, ['number']) ?? [];
  if (id === undefined || (typeof id === 'number' && Number.isSafeInteger(id))) return id;
  throw new InvalidInputError([
    { in: 'query', pointer: '/after', detail: 'is no `next` of a page of this list' },
  ]);
}
