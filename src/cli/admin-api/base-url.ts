import { UsageError } from '../cli.errors.js';

export const DEFAULT_URL = 'http://127.0.0.1:8050';

/**
 * Where the service is, without a slash at its end; a path before `/admin/v1` may be a proxy's.
 * @throws UsageError that does not repeat it: people put passwords into URLs
 */
export function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`The URL of the service must look like ${DEFAULT_URL}.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'The URL of the service must hold no name and no password: there is --token.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
