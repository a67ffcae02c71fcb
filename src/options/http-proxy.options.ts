import { secret } from './format/text.format.js';
import { BY_PATH, Option } from './option.js';
import { IsWebUrl } from './web-url.js';

/** A forward proxy on the way to ConfigCat, and to Segment. */
export class HttpProxyOptions {
  @Option({
    is: secret,
    does: 'URL of the HTTP proxy that ConfigCat and Segment are reached through.',
    env: BY_PATH,
  })
  @IsWebUrl()
  readonly url: string | undefined;
}
