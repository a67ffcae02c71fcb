import { pathOf, type AdminClient } from '../admin-api/admin-client.js';
import { isAudience, isMember, type Audience, type Member } from '../admin-api/answers.js';
import { follow } from '../admin-api/pages.js';
import { pageOf } from '../admin-api/shape.js';
import { FailedError } from '../cli.errors.js';

/** Which audiences are meant: all, or those that all of this says. */
export interface AudienceFilter {
  readonly destination?: string;
  readonly status?: string;
}

/** What the API tells of audiences. All methods throw ProblemError and UnreachableError. */
export class AudienceCalls {
  constructor(private readonly client: AdminClient) {}

  all(filter: AudienceFilter = {}, limit?: number): AsyncIterable<Audience> {
    const isPage = pageOf(isAudience);
    return follow(
      (query) =>
        this.client.ask(
          { method: 'GET', path: '/audiences', query: { ...filter, ...query } },
          isPage,
        ),
      limit,
    );
  }

  /** Those whose keys begin with `prefix`. */
  members(id: string, prefix?: string, limit?: number): AsyncIterable<Member> {
    const path = pathOf`/audiences/${id}/members`;
    const isPage = pageOf(isMember);
    return follow(
      (query) => this.client.ask({ method: 'GET', path, query: { prefix, ...query } }, isPage),
      limit,
    );
  }

  /** The id of an audience that is named by it or by its slug. @throws FailedError */
  async idOf(idOrSlug: string): Promise<string> {
    // A slug may be of digits, too, but hardly of so many.
    if (/^[1-9]\d{12,14}$/.test(idOrSlug)) return idOrSlug;
    for await (const { id, slug } of this.all()) {
      if (slug === idOrSlug) return id;
    }
    throw new FailedError(`There is no audience '${idOrSlug}': neither an id nor a slug is that.`);
  }
}
