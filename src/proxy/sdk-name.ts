import type { IncomingMessage } from 'node:http';

/** How a request says which SDK it is about: an id wins over a key. Empty ones name nothing. */
export interface SdkName {
  readonly id?: string | undefined;
  readonly key?: string | undefined;
  /** What the client is told when it named none. */
  readonly missing: string;
}

const API_MISSING = "either the 'sdkId' path variable or 'X-ConfigCat-SdkKey' header must be set";
const SSE_MISSING = "either the 'sdkId' path parameter or the 'sdkKey' data parameter must be set";
const OFREP_MISSING =
  "either the 'X-ConfigCat-SdkId' or the 'X-ConfigCat-SdkKey' header must be set";

/** By the id in its path, or by the header with the key. */
export function nameInApi(request: IncomingMessage, sdkId?: string): SdkName {
  // Node makes the object of headers when it is asked first, in 0.4 µs; with an id nobody asks.
  return sdkId
    ? { id: sdkId, missing: API_MISSING }
    : { key: headerOf(request, 'x-configcat-sdkkey'), missing: API_MISSING };
}

/** By the id in its path, or by the key in its data. */
export function nameInStream(id: string | undefined, key: string | undefined): SdkName {
  return { id, key, missing: SSE_MISSING };
}

/** By one of two headers. */
export function nameInOfrep(request: IncomingMessage): SdkName {
  return {
    id: headerOf(request, 'x-configcat-sdkid'),
    key: headerOf(request, 'x-configcat-sdkkey'),
    missing: OFREP_MISSING,
  };
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
