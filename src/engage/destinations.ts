import { URL } from 'node:url';
import type { DestinationOptions } from '../options/destination.options.js';
import {
  digestSecrets,
  matchesSecret,
  ownersOfSecret,
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

type Owners = readonly { readonly secrets: SecretDigests; readonly owner: Destination }[];

export interface Caller {
  readonly authorization: string | undefined;
  /** Path and query. */
  readonly url: string;
}

/** The destinations that the options name. */
export class Destinations {
  private readonly byId: ReadonlyMap<string, Destination>;
  private readonly byWriteKey: Owners;
  private readonly byServiceToken: Owners;
  private readonly byClientSideId: Owners;

  constructor(options: ReadonlyMap<string, DestinationOptions>) {
    const destinations = [...options].map(([id, settings]) => ({
      id,
      options: settings,
      tokens: digestSecrets(settings.tokens),
    }));
    this.byId = new Map(destinations.map((destination) => [destination.id, destination]));
    const ownersBy = (secretsOf: (settings: DestinationOptions) => readonly string[]): Owners =>
      destinations.map((owner) => ({ secrets: digestSecrets(secretsOf(owner.options)), owner }));
    this.byWriteKey = ownersBy(({ writeKeys }) => writeKeys);
    this.byServiceToken = ownersBy(({ serviceToken = '' }) => [serviceToken]);
    this.byClientSideId = ownersBy(({ clientSideId = '' }) => [clientSideId]);
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

  /** Whether any has one. */
  get haveWriteKeys(): boolean {
    return this.byWriteKey.some(({ secrets }) => secrets.length > 0);
  }

  /** The destination that one of these write keys is of; undefined: none's. No two have the same. */
  withWriteKey(presented: readonly string[]): Destination | undefined {
    return ownersOfSecret(presented, this.byWriteKey)[0];
  }

  /** Those that this service token is of. */
  withServiceToken(presented: readonly string[]): readonly Destination[] {
    return ownersOfSecret(presented, this.byServiceToken);
  }

  /** The destination of that environment; no two have the same. */
  withClientSideId(environmentId: string): Destination | undefined {
    return ownersOfSecret([environmentId], this.byClientSideId)[0];
  }
}
