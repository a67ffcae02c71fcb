import { Min } from 'class-validator';
import { duration } from './format/duration.format.js';
import { whole } from './format/number.format.js';
import { secret } from './format/text.format.js';
import { Option } from './option.js';
import { IsPostgresUrl } from './postgres-url.js';

/** PostgreSQL, 15 or later. */
export class DatabaseOptions {
  @Option({
    is: secret,
    does: '`postgres://user:password@host:5432/database`.',
    defaultText: 'none: an embedded PostgreSQL in `data_dir`',
    env: 'DATABASE_URL',
  })
  @IsPostgresUrl()
  readonly url: string | undefined;

  @Option({ is: whole, does: 'Connections of one process.', default: 10 })
  @Min(1)
  readonly poolSize: number;

  /** Milliseconds. */
  @Option({
    is: duration,
    does: 'After this a statement is given up; one of a flush after 4s at the latest.',
    default: 30_000,
  })
  @Min(1, { message: 'must be at least 1ms' })
  readonly statementTimeout: number;
}
