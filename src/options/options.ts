import { AdminOptions } from './admin.options.js';
import { DatabaseOptions } from './database.options.js';
import { DiagOptions } from './diag.options.js';
import { EngageOptions } from './engage.options.js';
import { attributes, type Attributes } from './format/attributes.format.js';
import { text } from './format/text.format.js';
import { HttpOptions } from './http.options.js';
import { HttpProxyOptions } from './http-proxy.options.js';
import { LogOptions } from './log.options.js';
import { BY_PATH, Entries, Group, Option } from './option.js';
import { SdkOptions } from './sdk.options.js';
import { SegmentOptions } from './segment.options.js';
import { SegmentsOptions } from './segments.options.js';
import { TlsOptions } from './tls.options.js';

/** All options, as `contracts/options.md` lists them. */
export class Options {
  @Entries(SdkOptions, 'id')
  readonly sdks: ReadonlyMap<string, SdkOptions>;

  @Option({
    is: attributes,
    does: 'Attributes of users that do not say otherwise, for all SDKs.',
    default: {},
    env: BY_PATH,
  })
  readonly defaultUserAttributes: Attributes;

  /** Absolute once loaded. */
  @Option({
    is: text,
    does: 'Directory of the embedded PostgreSQL and of what the first start makes. Relative: from the options file, in the variable from the working directory.',
    defaultText: '`.data` beside the options file, else in the working directory',
    env: 'AUDIENCE_SYNC_DATA_DIR',
  })
  readonly dataDir: string;

  @Group(DatabaseOptions)
  readonly database: DatabaseOptions;

  @Group(HttpOptions)
  readonly http: HttpOptions;

  @Group(DiagOptions)
  readonly diag: DiagOptions;

  @Group(TlsOptions)
  readonly tls: TlsOptions;

  @Group(HttpProxyOptions)
  readonly httpProxy: HttpProxyOptions;

  @Group(LogOptions)
  readonly log: LogOptions;

  @Group(EngageOptions)
  readonly engage: EngageOptions;

  @Group(SegmentsOptions)
  readonly segments: SegmentsOptions;

  @Group(SegmentOptions)
  readonly segment: SegmentOptions;

  @Group(AdminOptions)
  readonly admin: AdminOptions;
}
