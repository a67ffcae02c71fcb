import { inspect } from 'node:util';

/** With what `/status` says of it. */
export type UpstreamFailure = Error & { readonly record?: string };

/** The error of a fetch, which must tell no secret, however deep one looks; of a key, no part either. */
export async function failureOf(
  fetching: Promise<unknown>,
  secrets: readonly string[],
): Promise<UpstreamFailure> {
  const error: unknown = await fetching.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it did not fail');
  const told = inspect(error, { depth: 20, showHidden: true });
  const parts = secrets.flatMap((secret) => [secret, ...secret.split('/')]);
  const leak = parts.find((part) => part.length > 16 && told.includes(part));
  if (leak !== undefined) throw new Error(`the error tells ${leak}: ${told}`);
  return error;
}
