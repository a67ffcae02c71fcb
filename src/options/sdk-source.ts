/** Where an SDK's base config comes from (`contracts/proxy.md` §8). */
export type SdkSource =
  | { readonly kind: 'online'; readonly key: string }
  | { readonly kind: 'offline'; readonly filePath: string }
  | { readonly kind: 'none' };
