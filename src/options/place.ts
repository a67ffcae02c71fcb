/** Where in the options tree something stands. */
export interface Place {
  /** As a problem names it: `sdks.shop.offline`, `admin.tokens[0]`; empty for the top. */
  readonly path: string;
  /** The path with `*` for each id, the same for all SDKs. */
  readonly shape: string;
}

/** The top of the tree. */
export const TOP: Place = { path: '', shape: '' };

function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** The place of a key that the contract names. */
export function keyOf(parent: Place, key: string): Place {
  return { path: join(parent.path, key), shape: join(parent.shape, key) };
}

/** The place of an entry under an id that the user chose. */
export function entryOf(parent: Place, id: string): Place {
  return { path: join(parent.path, id), shape: join(parent.shape, '*') };
}

/** The place of an item of a list. */
export function itemOf(parent: Place, index: number): Place {
  return { path: `${parent.path}[${index}]`, shape: `${parent.shape}[]` };
}

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether a text may be an id that the user chooses, and so be shown. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/**
 * The place of an entry under a key that came from outside. One that is no id is not shown: in
 * {"<SDK key>":"<id>"}, the wrong way round, it is a secret.
 */
export function givenOf(parent: Place, key: string, index: number): Place {
  return isId(key) ? keyOf(parent, key) : itemOf(parent, index);
}

/**
 * The variable of a path as the ConfigCat Proxy names it: `http.sse.enabled` is
 * `CONFIGCAT_HTTP_SSE_ENABLED`, and an SDK's own begin with its id, `-` written as `_`.
 */
export function variableOf(path: string): string {
  const name = path.replace(/^sdks\./, '').replaceAll(/[.-]/g, '_');
  return `CONFIGCAT_${name.toUpperCase()}`;
}
