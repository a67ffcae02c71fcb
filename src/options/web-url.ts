import { ValidateBy } from 'class-validator';

const PROTOCOLS = new Set(['http:', 'https:']);

function isWebUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && PROTOCOLS.has(new URL(value).protocol);
}

/**
 * The option, where it is set, is an http or https URL as `URL` reads it. class-validator's own
 * `IsUrl` refuses host names with `_`, which containers have. The message never repeats the URL:
 * it may hold a password.
 */
export function IsWebUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebUrl',
    validator: {
      validate: (value: unknown) => value === undefined || isWebUrl(value),
      defaultMessage: () => 'must be an http or https URL',
    },
  });
}
