import type { AudienceStore } from '../audiences/audience-store.js';
import type { Database } from '../database/database.js';
import { beforeDeadline } from './deadline.js';
import type { Destination } from './destinations.js';
import { InvalidRequestError, UnknownAudienceError } from './engage.errors.js';
import { keyProblem } from '../audiences/storable-key.js';

/** Segment's createAudience and getAudience. */
export class AudienceRegistry {
  constructor(
    private readonly database: Database,
    private readonly audiences: AudienceStore,
  ) {}

  /** The id for an audience of that name: the same again, until an event has bound it. */
  async create({ id, options }: Destination, body: unknown): Promise<string> {
    const name = textOf(body, 'audienceName');
    const audience = {
      destination: id,
      name,
      contextKind: options.contextKind,
      attribute: options.attribute,
    };
    const audienceId = await beforeDeadline(
      this.database.transaction(async (manager) => {
        await this.audiences.lockCreation(manager);
        return this.audiences.create(manager, audience);
      }),
    );
    return String(audienceId);
  }

  /** The id that was asked for. @throws UnknownAudienceError */
  async lookUp({ id }: Destination, body: unknown): Promise<string> {
    const externalId = textOf(body, 'externalId');
    const isKnown = await beforeDeadline(
      this.database.transaction((manager) => this.audiences.exists(manager, id, externalId)),
    );
    if (!isKnown) {
      throw new UnknownAudienceError(`Destination '${id}' has no audience of that externalId.`);
    }
    return externalId;
  }
}

function textOf(body: unknown, name: string): string {
  const value: unknown =
    typeof body === 'object' && body !== null && Object.hasOwn(body, name)
      ? Reflect.get(body, name)
      : undefined;
  if (typeof value !== 'string' || value === '') {
    throw new InvalidRequestError(`'${name}' must be a text that is not empty.`);
  }
  const problem = keyProblem(value, false);
  if (problem !== undefined) {
    throw new InvalidRequestError(`'${name}' ${problem}.`);
  }
  return value;
}
