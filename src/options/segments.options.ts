import { Min } from 'class-validator';
import { whole } from './format/number.format.js';
import { oneOf } from './format/one-of.format.js';
import { text } from './format/text.format.js';
import { Option } from './option.js';

/** How a segment's audience reaches SDKs that evaluate by themselves. */
export type Delivery = 'auto' | 'list' | 'attribute';

/** Segments in served configs. */
export class SegmentsOptions {
  @Option({
    is: oneOf('auto', 'list', 'attribute'),
    does: '`list` puts members into the config, `attribute` has the user bring its audiences, `auto` takes lists up to `inline_limit`, and again below 80 % of it.',
    default: 'auto',
  })
  readonly delivery: Delivery;

  @Option({ is: whole, does: 'Members of the largest audience that is a list.', default: 15_000 })
  @Min(0)
  readonly inlineLimit: number;

  @Option({
    is: whole,
    does: 'Members in all lists of a config; the largest audiences go by attribute first.',
    default: 30_000,
  })
  @Min(0)
  readonly inlineTotal: number;

  @Option({ is: text, does: "Attribute that holds a user's audiences.", default: 'audiences' })
  readonly membershipAttribute: string;
}
