import { URL } from 'node:url';
import type { DestinationOptions } from '../options/destination.options.js';
import {
  digestSecrets,
  matchesSecret,
  presentedTokens,
  type SecretDigests,
} from './credentials.js';
import { UnauthorizedError, UnknownDestinationError } from './engage.errors.js';

/** One Engage destination instance, with its options and the digests of its tokens. */
export interface Destination {
  readonly id: string;
  readonly options: DestinationOptions;
  readonly tokens: SecretDigests;
}

export interface Caller {
  readonly authorization: string | undefined;
  /** Path and query. */
  readonly url: string;
}

/** The destinations that the options name. */
export class Destinations {
  private readonly byId: ReadonlyMap<string, Destination>;

  constructor(options: ReadonlyMap<string, DestinationOptions>) {
    const destinations = [...options].map(([id, settings]) => ({
      id,
      options: settings,
      tokens: digestSecrets(settings.tokens),
    }));
    this.byId = new Map(destinations.map((destination) => [destination.id, destination]));
  }

  get ids(): readonly string[] {
    return [...this.byId.keys()];
  }

  /**
   * The destination, for a caller that presents one of its tokens.
   * @throws UnknownDestinationError, UnauthorizedError
   */
  authorize(id: string, { authorization, url }: Caller): Destination {
    const destination = this.byId.get(id);
    if (destination === undefined) {
      throw new UnknownDestinationError(`There is no destination '${id}' in engage.destinations.`);
    }
    const query = new URL(url, 'http://localhost').searchParams;
    if (!matchesSecret(presentedTokens({ authorization, query }), destination.tokens)) {
      throw new UnauthorizedError('The token is missing or wrong.');
    }
    return destination;
  }
}
