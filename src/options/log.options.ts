import { oneOf } from './format/one-of.format.js';
import { BY_PATH, Option } from './option.js';

/** How much is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const logLevel = oneOf('debug', 'info', 'warn', 'error');

/** The log of the whole service. */
export class LogOptions {
  @Option({
    is: logLevel,
    does: 'The least level that is logged. The ConfigCat Proxy has `warn`.',
    default: 'info',
    env: BY_PATH,
    unset: '',
  })
  readonly level: LogLevel;
}

/** The log of a part of the service. */
export class PartLogOptions {
  @Option({
    is: logLevel,
    does: 'The least level that this part logs.',
    defaultText: 'as `log.level`',
    env: BY_PATH,
    unset: '',
  })
  readonly level: LogLevel;
}
