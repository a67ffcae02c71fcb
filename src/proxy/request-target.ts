/** A request target may be a whole URL: RFC 9112, 3.2.2, asks servers to take that, too. */
const ORIGIN = /^https?:\/\/[^/?#]*/i;

/** The path of a request target, without the query, and without one trailing slash. */
export function pathOf(target: string): string {
  const local = target.startsWith('/') ? target : target.replace(ORIGIN, '');
  const query = local.indexOf('?');
  const path = query < 0 ? local : local.slice(0, query);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
