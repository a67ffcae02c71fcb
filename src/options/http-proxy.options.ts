import { IsUrl, ValidateIf } from 'class-validator';
import { secret } from './format/text.format.js';
import { BY_PATH, Option } from './option.js';
import { WEB_URL, WEB_URL_MESSAGE } from './web-url.js';

/** A forward proxy on the way to ConfigCat. */
export class HttpProxyOptions {
  @Option({
    is: secret,
    does: 'URL of the HTTP proxy that ConfigCat is reached through.',
    env: BY_PATH,
  })
  @ValidateIf((options: HttpProxyOptions) => options.url !== undefined)
  @IsUrl(WEB_URL, WEB_URL_MESSAGE)
  readonly url: string | undefined;
}
