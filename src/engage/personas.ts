import { isJsonObject, type JsonObject } from './json-value.js';
import { rejected, type RejectedEvent } from './interpreted.js';
import { identifier } from '../audiences/identifier.js';
import { keyProblem } from '../audiences/storable-key.js';

/** What Engage says of the computation that an event comes from. */
export interface Computation {
  readonly kind: 'computation';
  readonly class: unknown;
  readonly id: string;
  /** Undefined when the event names none: then nothing tells its membership. */
  readonly key: string | undefined;
  readonly spaceId: string | undefined;
  readonly externalAudienceId: string | undefined;
}

/**
 * Reads `context.personas`; undefined when the event has none, and so is none of Engage's. Without
 * a storable computation id it is malformed; an unstorable `space_id` or `external_audience_id` is
 * as good as none, for neither decides where the membership goes.
 */
export function readPersonas(
  event: JsonObject,
  lossy: boolean,
): Computation | RejectedEvent | undefined {
  const context = event['context'];
  const personas = isJsonObject(context) ? context['personas'] : undefined;
  if (personas === undefined || personas === null) return undefined;
  if (!isJsonObject(personas)) return rejected('malformed', 'context.personas is no object');
  const id = personas['computation_id'];
  if (typeof id !== 'string' || id === '')
    return rejected('malformed', 'computation_id is missing');
  const idProblem = keyProblem(id, lossy);
  if (idProblem !== undefined) return rejected('malformed', `computation_id ${idProblem}`);
  const key = personas['computation_key'];
  if (typeof key === 'string') {
    const problem = keyProblem(key, lossy);
    if (problem !== undefined) return rejected('malformed', `computation_key ${problem}`);
  }
  return {
    kind: 'computation',
    class: personas['computation_class'],
    id,
    key: typeof key === 'string' && key !== '' ? key : undefined,
    spaceId: storable(personas['space_id'], lossy),
    externalAudienceId: storable(personas['external_audience_id'], lossy),
  };
}

function storable(value: unknown, lossy: boolean): string | undefined {
  const text = identifier(value);
  return text === undefined || keyProblem(text, lossy) !== undefined ? undefined : text;
}
