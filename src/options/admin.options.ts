import { IsEmail, IsOptional } from 'class-validator';
import { oneOf } from './format/one-of.format.js';
import { secret, text } from './format/text.format.js';
import { Items, Option } from './option.js';

/** Who may use the admin API. */
export class AdminTokenOptions {
  @Option({ is: text, does: 'Who it is, in the history and in change events.', required: true })
  readonly name: string;

  @Option({ is: text, does: 'Their address in change events.' })
  @IsOptional()
  @IsEmail({ require_tld: false }, { message: 'must be an e-mail address' })
  readonly email: string | undefined;

  @Option({ is: secret, does: 'The bearer token.', required: true })
  readonly token: string;

  @Option({
    is: oneOf('viewer', 'admin'),
    does: '`viewer` reads, `admin` writes too.',
    default: 'viewer',
  })
  readonly role: 'viewer' | 'admin';
}

/** The admin API; without a token it is off. */
export class AdminOptions {
  @Items(AdminTokenOptions, { does: 'Who may use the admin API; with none it is off.' })
  readonly tokens: readonly AdminTokenOptions[];
}
