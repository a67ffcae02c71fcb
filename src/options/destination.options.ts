import { contextKey } from './format/context-key.format.js';
import { oneOf } from './format/one-of.format.js';
import { onOff } from './format/switch.format.js';
import { secret, text } from './format/text.format.js';
import { secrets, textOrTexts } from './format/texts.format.js';
import { Option } from './option.js';

/** One Engage destination: who may send, and what its events mean (`contracts/engage.md` §2, §4). */
export class DestinationOptions {
  @Option({
    is: secrets,
    yaml: 'token',
    does: 'Token of `/engage/<id>/…`, as bearer, basic or `?token=`; several while rotating.',
    default: [],
  })
  readonly tokens: readonly string[];

  @Option({
    is: secrets,
    does: 'Secrets that sign events (`X-Signature`); with one set, a signature is required.',
    default: [],
  })
  readonly sharedSecrets: readonly string[];

  @Option({ is: secrets, does: 'Write keys of the Tracking API under `/v1`.', default: [] })
  readonly writeKeys: readonly string[];

  @Option({
    is: text,
    does: 'Environment id of the synced-segment call; with `service_token` only.',
  })
  readonly clientSideId: string | undefined;

  @Option({
    is: secret,
    does: 'Token of the synced-segment call; with `client_side_id` only.',
  })
  readonly serviceToken: string | undefined;

  @Option({
    is: textOrTexts,
    does: 'Products that see its audiences, and get a segment of each.',
    default: ['default'],
  })
  readonly products: readonly string[];

  @Option({ is: text, does: 'Kind of context that its members are.', default: 'user' })
  readonly contextKind: string;

  /** As `parseContextKey` reads it. */
  @Option({
    is: contextKey,
    does: 'Which identifier of an event is the member; `path:` is `$` and dotted property names.',
    default: 'user_id_only',
  })
  readonly contextKey: string;

  @Option({
    is: text,
    does: 'User attribute that members are compared with.',
    defaultText:
      '`Email` under `email_only`, the `context_kind` when it is not `user`, else `Identifier`',
  })
  readonly attribute: string;

  @Option({
    is: oneOf('strict', 'lenient'),
    does: '`lenient` takes the texts `"true"` and `"false"` for a membership too.',
    default: 'strict',
  })
  readonly membership: 'strict' | 'lenient';

  @Option({
    is: oneOf('ignore', 'account'),
    does: '`account` takes `group` calls for memberships of accounts.',
    default: 'ignore',
  })
  readonly groupEvents: 'ignore' | 'account';

  @Option({
    is: oneOf('reject', 'enter'),
    does: '`enter` takes a journey step without a boolean for an entry.',
    default: 'reject',
  })
  readonly journeySteps: 'reject' | 'enter';

  @Option({ is: onOff, does: 'Make a segment of each new audience.', default: true })
  readonly autoCreateSegments: boolean;

  @Option({
    is: onOff,
    does: "Let such a segment take the place of a config's segment of the same name.",
    default: false,
  })
  readonly overlaySegments: boolean;

  @Option({
    is: oneOf('own', 'all'),
    does: 'Whether a delete call erases the key in this destination or in all.',
    default: 'own',
  })
  readonly deletes: 'own' | 'all';
}
