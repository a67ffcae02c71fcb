import { pathOf, type AdminClient } from '../admin-api/admin-client.js';
import { isSegment, type Segment } from '../admin-api/answers.js';
import { follow } from '../admin-api/pages.js';
import { isNothing, pageOf } from '../admin-api/shape.js';
import { FailedError } from '../cli.errors.js';
import type { SegmentFields } from './desired-segment.js';

/** What the API does with segments. All methods throw ProblemError and UnreachableError. */
export class SegmentCalls {
  constructor(private readonly client: AdminClient) {}

  all(product: string, limit?: number): AsyncIterable<Segment> {
    const path = pathOf`/products/${product}/segments`;
    const isPage = pageOf(isSegment);
    return follow((query) => this.client.ask({ method: 'GET', path, query }, isPage), limit);
  }

  async readAll(product: string): Promise<readonly Segment[]> {
    const found: Segment[] = [];
    for await (const segment of this.all(product)) found.push(segment);
    return found;
  }

  /** @throws FailedError where the product has none of that name or id */
  async find(product: string, nameOrId: string): Promise<Segment> {
    if (UUID.test(nameOrId)) {
      return this.client.ask({ method: 'GET', path: pathOf`/segments/${nameOrId}` }, isSegment);
    }
    for await (const segment of this.all(product)) {
      if (segment.name === nameOrId) return segment;
    }
    throw new FailedError(`The product '${product}' has no segment '${nameOrId}'.`);
  }

  async create(product: string, name: string, fields: SegmentFields): Promise<void> {
    const path = pathOf`/products/${product}/segments`;
    await this.client.ask({ method: 'POST', path, body: { name, ...fields } }, isSegment);
  }

  /** Refused with 412 where somebody changed it since it was read. */
  async replace({ segmentId, name, version }: Segment, fields: SegmentFields): Promise<void> {
    await this.client.ask(
      {
        method: 'PUT',
        path: pathOf`/segments/${segmentId}`,
        body: { name, ...fields },
        headers: { 'if-match': `"${version}"` },
      },
      isSegment,
    );
  }

  /** `force`: also where flags use it. */
  async delete({ segmentId, version }: Segment, force: boolean): Promise<void> {
    await this.client.ask(
      {
        method: 'DELETE',
        path: pathOf`/segments/${segmentId}`,
        query: { force: force || undefined },
        headers: { 'if-match': `"${version}"` },
      },
      isNothing,
    );
  }
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
