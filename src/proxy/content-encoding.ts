/** What this service can encode a body with. */
export type Encoding = 'br' | 'gzip';

/** A `qvalue` is a thousand steps (RFC 9110, 12.4.2). */
const QVALUE = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** How much a client wants each coding, from 0 (not at all) to 1. */
type Weights = ReadonlyMap<string, number>;

/** Parsed once: what SDKs, browsers and curl send. */
const USUAL: ReadonlyMap<string, Weights> = new Map(
  [
    'gzip, deflate, br',
    'gzip, deflate, br, zstd',
    'gzip, deflate',
    'gzip',
    'br',
    'gzip, compress, deflate, br',
    'deflate, gzip, br, zstd',
    'br, gzip, deflate',
    'identity',
    '*',
  ].map((header) => [header, weightsIn(header)] as const),
);

/**
 * Which of these a body is best sent with, by `Accept-Encoding` (RFC 9110, 12.5.3); undefined: as it
 * is. Of those a client wants alike the first is taken. A client that refuses even the body as it is,
 * and all that is offered, gets it all the same: an answer is better than none.
 */
export function chooseEncoding(
  accepted: string | undefined,
  offered: readonly Encoding[],
): Encoding | undefined {
  if (accepted === undefined || accepted === '') return undefined;
  const weights = USUAL.get(accepted) ?? weightsIn(accepted);
  const others = weights.get('*');
  // What is not named is as good as nothing: any coding that is named is wanted more.
  let most = weights.get('identity') ?? 0;
  let best: Encoding | undefined;
  for (const encoding of offered) {
    const weight = weights.get(encoding) ?? others ?? 0;
    if (weight > 0 && (best === undefined ? weight >= most : weight > most)) {
      best = encoding;
      most = weight;
    }
  }
  return best;
}

function weightsIn(header: string): Weights {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (coding !== '') weights.set(coding === 'x-gzip' ? 'gzip' : coding, weightIn(parameters));
  }
  return weights;
}

/** Of what can't be read nothing is wanted: the body as it is can be read by all. */
function weightIn(parameters: readonly string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  if (q === undefined) return 1;
  return QVALUE.test(q) ? Number(q) : 0;
}
