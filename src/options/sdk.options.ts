import { Min } from 'class-validator';
import { attributes, type Attributes } from './format/attributes.format.js';
import { seconds } from './format/number.format.js';
import { oneOf } from './format/one-of.format.js';
import { onOff } from './format/switch.format.js';
import { secret, text } from './format/text.format.js';
import { OfflineOptions } from './offline.options.js';
import { BY_PATH, Group, Option } from './option.js';
import type { SdkSource } from './sdk-source.js';
import { IsWebBase, IsWebUrl } from './web-url.js';

/** One SDK id: a config in an environment of a product, or only our segments and audience flags. */
export class SdkOptions {
  @Option({ is: secret, does: 'SDK key; needed online, and for access by key.' })
  readonly key: string | undefined;

  /** Derived: where the base config comes from. */
  readonly source: SdkSource;

  @Option({
    is: text,
    does: 'Where configs are fetched.',
    defaultText: "ConfigCat's CDN",
    env: BY_PATH,
    unset: '',
  })
  @IsWebBase()
  readonly baseUrl: string | undefined;

  /** Seconds. */
  @Option({ is: seconds, does: 'Time between two fetches.', default: 60, env: BY_PATH, unset: 0 })
  @Min(1)
  readonly pollInterval: number;

  @Option({
    is: oneOf('global', 'eu'),
    does: "Which of ConfigCat's CDNs holds the data.",
    default: 'global',
    env: BY_PATH,
  })
  readonly dataGovernance: 'global' | 'eu';

  @Option({ is: secret, does: 'Key that the webhook of this SDK is signed with.', env: BY_PATH })
  readonly webhookSigningKey: string | undefined;

  /** Seconds. */
  @Option({ is: seconds, does: 'How old a signature may be.', default: 300, env: BY_PATH })
  @Min(5)
  readonly webhookSignatureValidFor: number;

  @Option({
    is: attributes,
    does: 'Attributes of users that do not say otherwise; over the global ones.',
    default: {},
    env: BY_PATH,
  })
  readonly defaultUserAttributes: Attributes;

  /** Derived: the global ones with this SDK's own over them. */
  readonly mergedUserAttributes: Attributes;

  @Group(OfflineOptions)
  readonly offline: OfflineOptions;

  @Option({ is: text, does: 'Product whose segments and audiences it sees.', default: 'default' })
  readonly product: string;

  @Option({ is: text, does: 'Name of the product in change events.', defaultText: 'the `product`' })
  readonly productName: string;

  @Option({ is: text, does: 'Config in change events.', defaultText: 'the SDK id' })
  readonly configId: string;

  @Option({ is: text, does: 'Its name in change events.', defaultText: 'the `config_id`' })
  readonly configName: string;

  @Option({ is: text, does: 'Environment in change events.', default: 'default' })
  readonly environmentId: string;

  @Option({ is: text, does: 'Its name in change events.', defaultText: 'the `environment_id`' })
  readonly environmentName: string;

  @Option({
    is: text,
    does: 'Link in change events, to where the flags of this SDK are looked at.',
    defaultText: 'the URL of the admin API',
  })
  @IsWebUrl()
  readonly url: string | undefined;

  @Option({
    is: onOff,
    does: 'One boolean flag `audience_<slug>` for each audience that the product sees.',
    defaultText: '`true` when the SDK has no config of its own, else `false`',
  })
  readonly audienceFlags: boolean;
}
