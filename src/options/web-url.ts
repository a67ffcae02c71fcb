import { ValidateBy } from 'class-validator';

const PROTOCOLS = new Set(['http:', 'https:']);

function isWebUrl(value: unknown): value is string {
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

/** The same for a URL that paths are put behind: what stands after them would be lost. */
export function IsWebBase(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebBase',
    validator: {
      validate: (value: unknown) => value === undefined || (isWebUrl(value) && !/[?#]/.test(value)),
      defaultMessage: (at) =>
        isWebUrl(at?.value)
          ? 'must have no query (?) and no fragment (#), since paths are put behind it: a token can be part of its path'
          : 'must be an http or https URL',
    },
  });
}

/** The same for a URL of which a library takes the host alone. */
export function IsWebOrigin(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebOrigin',
    validator: {
      validate: (value: unknown) =>
        value === undefined || (isWebUrl(value) && /^\/?$/.test(pathAndMore(value))),
      defaultMessage: (at) =>
        isWebUrl(at?.value)
          ? 'must have no path and no query: those of the Tracking API are put in their place'
          : 'must be an http or https URL',
    },
  });
}

function pathAndMore(url: string): string {
  const { pathname, search, hash } = new URL(url);
  return pathname + search + hash;
}
