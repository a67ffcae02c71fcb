import type { DestinationOptions } from '../destination.options.js';
import type { EngageOptions } from '../engage.options.js';
import type { Problems } from '../problems.js';
import { Unique } from './unique.js';

/** Credentials that are there and tell destinations apart; tombstones that outlive replays. */
export function checkEngage(engage: EngageOptions, problems: Problems): void {
  const path = 'engage.tombstones_for';
  const broken = problems.has(path) || problems.has('engage.rejected_for');
  // A replayed event older than the tombstones could bring back a member who left.
  if (engage.tombstonesFor < engage.rejectedFor && !broken) {
    problems.add(path, 'must not be below engage.rejected_for');
  }
  const writeKeys = new Unique(problems, 'write key');
  const clientSideIds = new Unique(problems, 'client_side_id');
  for (const [id, destination] of engage.destinations) {
    const owner = `engage.destinations.${id}`;
    checkCredentials(destination, owner, problems);
    for (const key of destination.writeKeys) {
      writeKeys.check(key, { path: `${owner}.write_keys`, owner });
    }
    if (destination.clientSideId === undefined) continue;
    clientSideIds.check(destination.clientSideId, { path: `${owner}.client_side_id`, owner });
  }
}

const CREDENTIALS = ['token', 'write_keys', 'client_side_id', 'service_token'];

function checkCredentials(destination: DestinationOptions, path: string, problems: Problems): void {
  // One that is there but wrong was reported already.
  if (CREDENTIALS.some((name) => problems.has(`${path}.${name}`))) return;
  const { tokens, writeKeys, clientSideId, serviceToken } = destination;
  if ((clientSideId === undefined) !== (serviceToken === undefined)) {
    problems.add(path, 'needs both client_side_id and service_token, or neither');
    return;
  }
  // shared_secrets do not count: a signature covers the first event of a batch only.
  if (tokens.length + writeKeys.length === 0 && serviceToken === undefined) {
    problems.add(
      path,
      'has no credential: set token, write_keys, or client_side_id with service_token',
    );
  }
}
