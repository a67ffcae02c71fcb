import { Max, Min } from 'class-validator';
import { whole } from './format/number.format.js';
import { onOff } from './format/switch.format.js';
import { text } from './format/text.format.js';
import { BY_PATH, Group, Option } from './option.js';
import { OnOptions } from './toggle.options.js';

/** The diagnostics server: status, metrics, health. */
export class DiagOptions {
  @Option({ is: onOff, does: 'Whether it runs.', default: true, env: BY_PATH })
  readonly enabled: boolean;

  @Option({ is: whole, does: 'Its port; 0: any free one.', default: 8_051, env: BY_PATH })
  @Min(0)
  @Max(65_535)
  readonly port: number;

  /** Undefined: all interfaces. */
  @Option({ is: text, does: 'Address to listen on.', defaultText: 'as `http.host`' })
  readonly host: string | undefined;

  @Group(OnOptions)
  readonly status: OnOptions;

  @Group(OnOptions)
  readonly metrics: OnOptions;
}
