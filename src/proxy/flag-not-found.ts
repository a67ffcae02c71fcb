/** What the ConfigCat Proxy says of a key that no flag has. */
export function flagNotFound(key: string): string {
  return `feature flag or setting with key '${key}' not found`;
}
