import { RE2JS } from 're2js';
import type { CorsOptions } from '../cors.options.js';
import type { Options } from '../options.js';
import type { Problems } from '../problems.js';
import type { WebhookAuthOptions } from '../webhook.options.js';

/** Ports apart, origin patterns that work, basic authentication whole. */
export function checkHttp({ http, diag }: Options, problems: Problems): void {
  const oneHost = http.host === diag.host || http.host === undefined || diag.host === undefined;
  if (diag.enabled && http.port !== 0 && http.port === diag.port && oneHost) {
    problems.add('diag.port', 'is the port of http.port too: choose another');
  }
  checkCors(http.cdnProxy.cors, 'http.cdn_proxy.cors', problems);
  checkCors(http.api.cors, 'http.api.cors', problems);
  checkCors(http.sse.cors, 'http.sse.cors', problems);
  checkCors(http.ofrep.cors, 'http.ofrep.cors', problems);
  checkAuth(http.webhook.auth, 'http.webhook.auth', problems);
}

// What else Node would throw on at each answer: they are sent in a header.
const ORIGIN = /^[\u0021-\u007e]+$/;

function checkCors(
  { allowedOrigins, allowedOriginsRegex }: CorsOptions,
  path: string,
  problems: Problems,
): void {
  const { patterns, ifNoMatch } = allowedOriginsRegex;
  const at = `${path}.allowed_origins_regex`;
  const origins = new Map<string, string | undefined>([
    ...allowedOrigins.map(
      (origin, index) => [`${path}.allowed_origins[${index}]`, origin] as const,
    ),
    [`${at}.if_no_match`, ifNoMatch],
  ]);
  for (const [place, origin] of origins) {
    if (origin !== undefined && !ORIGIN.test(origin)) {
      problems.add(place, 'must be an origin, without spaces and line breaks');
    }
  }
  patterns.forEach((pattern, index) => {
    // With the engine that will match them: it has no look-around and no backreferences.
    if (!compiles(pattern)) {
      problems.add(`${at}.patterns[${index}]`, 'is not a regular expression of RE2');
    }
  });
  if (patterns.length > 0 && ifNoMatch === undefined && !problems.has(`${at}.if_no_match`)) {
    problems.add(`${at}.if_no_match`, 'is needed with patterns');
  }
}

function compiles(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

function checkAuth({ user, password }: WebhookAuthOptions, path: string, problems: Problems): void {
  const given = [user, password].filter((part) => part !== undefined);
  const broken = problems.has(`${path}.user`) || problems.has(`${path}.password`);
  if (given.length === 1 && !broken) problems.add(path, 'needs both user and password, or neither');
}
