import { CorsOptions } from './cors.options.js';
import { headers, secretHeaders, type Headers } from './format/headers.format.js';
import { onOff } from './format/switch.format.js';
import { BY_PATH, Group, Option } from './option.js';

/** What every group of routes for applications has. */
export class RouteGroupOptions {
  @Option({ is: onOff, does: 'Whether these routes are served.', default: true, env: BY_PATH })
  readonly enabled: boolean;

  @Option({
    is: headers,
    does: 'Headers to add to every response of these routes.',
    default: {},
    env: BY_PATH,
  })
  readonly headers: Headers;

  @Group(CorsOptions)
  readonly cors: CorsOptions;
}

/** A group of routes that may ask for headers. */
export class GuardedRouteGroupOptions extends RouteGroupOptions {
  @Option({
    is: secretHeaders,
    does: 'Headers that every request must bring; 401 otherwise.',
    default: {},
    env: BY_PATH,
  })
  readonly authHeaders: Headers;
}
