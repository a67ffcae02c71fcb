import { secretHeaders, type Headers } from './format/headers.format.js';
import { onOff } from './format/switch.format.js';
import { secret, text } from './format/text.format.js';
import { BY_PATH, Group, Option } from './option.js';

/** Basic authentication of the webhook. */
export class WebhookAuthOptions {
  @Option({ is: text, does: 'User of basic authentication; with `password` only.', env: BY_PATH })
  readonly user: string | undefined;

  @Option({ is: secret, does: 'Its password; with `user` only.', env: BY_PATH })
  readonly password: string | undefined;
}

/** The route that ConfigCat calls when a config changed. */
export class WebhookOptions {
  @Option({ is: onOff, does: 'Whether these routes are served.', default: true, env: BY_PATH })
  readonly enabled: boolean;

  @Group(WebhookAuthOptions)
  readonly auth: WebhookAuthOptions;

  @Option({
    is: secretHeaders,
    does: 'Headers that every request must bring; 401 otherwise.',
    default: {},
    env: BY_PATH,
  })
  readonly authHeaders: Headers;
}
