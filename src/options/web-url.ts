import type { ValidationOptions } from 'class-validator';

/** For `IsUrl`: http and https, also of hosts without a dot, as they are inside a cluster. */
export const WEB_URL = {
  protocols: ['http', 'https'],
  require_protocol: true,
  require_tld: false,
};

/** The message never repeats the URL: it may hold a password. */
export const WEB_URL_MESSAGE: ValidationOptions = { message: 'must be an http or https URL' };
