import { text } from './format/text.format.js';
import { onOff } from './format/switch.format.js';
import { texts } from './format/texts.format.js';
import { BY_PATH, Group, Option } from './option.js';

/** Origins allowed by pattern. */
export class OriginPatternsOptions {
  @Option({
    is: texts,
    does: 'Regular expressions (RE2) of allowed origins; they match anywhere in the origin.',
    default: [],
    env: BY_PATH,
  })
  readonly patterns: readonly string[];

  @Option({
    is: text,
    does: 'The origin to answer when no pattern matches; needed with `patterns`.',
    env: BY_PATH,
  })
  readonly ifNoMatch: string | undefined;
}

/** Cross-origin requests to one group of routes (`contracts/proxy.md`, "Common"). */
export class CorsOptions {
  @Option({ is: onOff, does: 'Whether CORS headers are sent.', default: true, env: BY_PATH })
  readonly enabled: boolean;

  @Option({
    is: texts,
    does: 'Origins to allow; with neither this nor patterns every origin is.',
    default: [],
    env: BY_PATH,
  })
  readonly allowedOrigins: readonly string[];

  @Group(OriginPatternsOptions)
  readonly allowedOriginsRegex: OriginPatternsOptions;
}
