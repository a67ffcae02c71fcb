import type { Options } from './options/options.js';

/**
 * What the options ask for and this version does not do. Better no start than one that quietly
 * serves without it.
 */
export function notYetSupported(options: Options): readonly string[] {
  return options.segment.writeKey === undefined
    ? []
    : ['segment.write_key: events do not flow back to Segment yet'];
}
