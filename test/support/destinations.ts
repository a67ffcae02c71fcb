import { digestSecrets } from '../../src/engage/credentials.js';
import type { Destination } from '../../src/engage/destinations.js';
import type { DestinationOptions } from '../../src/options/destination.options.js';

/** A destination with the defaults of its options, for tests without HTTP. */
export function destination(id: string, over: Partial<DestinationOptions> = {}): Destination {
  const options: DestinationOptions = Object.assign(defaults(id), over);
  return { id, options, tokens: digestSecrets(options.tokens) };
}

function defaults(id: string): DestinationOptions {
  return {
    tokens: ['tok'],
    sharedSecrets: [],
    writeKeys: [],
    clientSideId: undefined,
    serviceToken: undefined,
    products: [id],
    contextKind: 'user',
    contextKey: 'user_id_only',
    attribute: 'Identifier',
    membership: 'strict',
    groupEvents: 'ignore',
    journeySteps: 'reject',
    autoCreateSegments: true,
    overlaySegments: false,
    deletes: 'own',
  };
}
