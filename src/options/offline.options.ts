import { Min } from 'class-validator';
import { seconds } from './format/number.format.js';
import { onOff } from './format/switch.format.js';
import { text } from './format/text.format.js';
import { BY_PATH, Group, Option } from './option.js';

/** The config JSON file of an SDK that works offline. */
export class LocalFileOptions {
  /** Absolute once loaded. */
  @Option({ is: text, does: 'Path of the config JSON, from the working directory.', env: BY_PATH })
  readonly filePath: string | undefined;

  @Option({
    is: onOff,
    does: 'Read the file again and again instead of watching it.',
    default: false,
    env: BY_PATH,
  })
  readonly polling: boolean;

  /** Seconds. */
  @Option({ is: seconds, does: 'Time between two readings.', default: 5, env: BY_PATH, unset: 0 })
  @Min(1)
  readonly pollInterval: number;
}

/** An SDK whose config comes from a file. */
export class OfflineOptions {
  @Option({
    is: onOff,
    does: 'Take the config from the file, never from ConfigCat.',
    default: false,
    env: BY_PATH,
  })
  readonly enabled: boolean;

  @Group(LocalFileOptions)
  readonly local: LocalFileOptions;
}
