import { isUtf8 } from 'node:buffer';
import { TooManyAudiencesError, type AudienceStore } from '../audiences/audience-store.js';
import type { Database } from '../database/database.js';
import { parseJson } from './body.js';
import type { Destination } from './destinations.js';
import { InvalidRequestError, UnknownAudienceError } from './engage.errors.js';
import { isJsonObject, ownProperty } from './json-value.js';
import { keyProblem } from '../audiences/storable-key.js';

/** Segment's createAudience and getAudience. */
export class AudienceRegistry {
  constructor(
    private readonly database: Database,
    private readonly audiences: AudienceStore,
    /** Told when there are too many audiences: Segment does not ask again. */
    private readonly onTooMany: (error: TooManyAudiencesError) => void = () => {},
  ) {}

  /** The id for an audience of that name: the same again, until an event has bound it. */
  async create({ id, options }: Destination, body: Buffer): Promise<string> {
    const name = textOf(body, 'audienceName');
    if (name.trim() === '') {
      throw new InvalidRequestError("'audienceName' must not be of spaces alone.");
    }
    const audience = {
      destination: id,
      name,
      contextKind: options.contextKind,
      attribute: options.attribute,
    };
    try {
      const audienceId = await this.database.transaction(async (manager) => {
        await this.audiences.lockCreation(manager);
        return this.audiences.create(manager, audience);
      });
      return String(audienceId);
    } catch (error) {
      if (error instanceof TooManyAudiencesError) this.onTooMany(error);
      throw error;
    }
  }

  /** The id that was asked for. @throws UnknownAudienceError */
  async lookUp({ id }: Destination, body: Buffer): Promise<string> {
    const externalId = textOf(body, 'externalId');
    const isKnown = await this.database.transaction((manager) =>
      this.audiences.exists(manager, id, externalId),
    );
    if (!isKnown) {
      throw new UnknownAudienceError(`Destination '${id}' has no audience of that externalId.`);
    }
    return externalId;
  }
}

function textOf(body: Buffer, name: string): string {
  const call = parseJson(body, `an object with a text '${name}'`);
  const value = isJsonObject(call) ? ownProperty(call, name) : undefined;
  if (typeof value !== 'string' || value === '') {
    throw new InvalidRequestError(`'${name}' must be a text that is not empty.`);
  }
  const problem = keyProblem(value, !isUtf8(body));
  if (problem !== undefined) {
    throw new InvalidRequestError(`'${name}' ${problem}.`);
  }
  return value;
}
