import { onOff } from './format/switch.format.js';
import { BY_PATH, Option } from './option.js';

/** A part that serves unless it is switched off. */
export class OnOptions {
  @Option({ is: onOff, does: 'Whether it is served.', default: true, env: BY_PATH })
  readonly enabled: boolean;
}

/** A part that serves only when it is switched on. */
export class OffOptions {
  @Option({ is: onOff, does: 'Whether it is served.', default: false, env: BY_PATH })
  readonly enabled: boolean;
}
