import { Max, Min } from 'class-validator';
import { whole } from './format/number.format.js';
import { size } from './format/size.format.js';
import { text } from './format/text.format.js';
import { PartLogOptions } from './log.options.js';
import { BY_PATH, Group, Option } from './option.js';
import { GuardedRouteGroupOptions, RouteGroupOptions } from './route-group.options.js';
import { SseOptions } from './sse.options.js';
import { OffOptions } from './toggle.options.js';
import { IsWebUrl } from './web-url.js';
import { WebhookOptions } from './webhook.options.js';

/** The main server. */
export class HttpOptions {
  @Option({
    is: whole,
    does: 'Port of the main server; 0: any free one.',
    default: 8_050,
    env: BY_PATH,
  })
  @Min(0)
  @Max(65_535)
  readonly port: number;

  /** Undefined: all interfaces. */
  @Option({
    is: text,
    does: 'Address to listen on.',
    defaultText: '`127.0.0.1` when no options file was given, else all interfaces',
    env: 'AUDIENCE_SYNC_HTTP_HOST',
  })
  readonly host: string | undefined;

  /** Derived: true when no other machine can reach `host`. */
  readonly loopbackOnly: boolean;

  @Option({
    is: whole,
    does: 'Processes that serve, each with its own index of memberships and its own connections to PostgreSQL. Caps are shared out among them.',
    default: 1,
    env: 'AUDIENCE_SYNC_HTTP_WORKERS',
  })
  @Min(1)
  @Max(256)
  readonly workers: number;

  /** Bytes. */
  @Option({
    is: size,
    does: 'Largest body of `/engage` and `/v1`, also when inflated. Segment never resends a 413.',
    default: 8_388_608,
  })
  @Min(1)
  readonly maxBodySize: number;

  @Option({ is: text, does: 'URL under which others reach this service, for links in events.' })
  @IsWebUrl()
  readonly publicUrl: string | undefined;

  @Group(OffOptions)
  readonly status: OffOptions;

  @Group(PartLogOptions)
  readonly log: PartLogOptions;

  @Group(RouteGroupOptions)
  readonly cdnProxy: RouteGroupOptions;

  @Group(GuardedRouteGroupOptions)
  readonly api: GuardedRouteGroupOptions;

  @Group(SseOptions)
  readonly sse: SseOptions;

  @Group(GuardedRouteGroupOptions)
  readonly ofrep: GuardedRouteGroupOptions;

  @Group(WebhookOptions)
  readonly webhook: WebhookOptions;
}
