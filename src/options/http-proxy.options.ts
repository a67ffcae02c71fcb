import { secret } from './format/text.format.js';
import { BY_PATH, Option } from './option.js';
import { IsWebUrl } from './web-url.js';

/** A forward proxy on the way to ConfigCat. */
export class HttpProxyOptions {
  @Option({
    is: secret,
    does: 'URL of the HTTP proxy that ConfigCat is reached through.',
    env: BY_PATH,
  })
  @IsWebUrl()
  readonly url: string | undefined;
}
