import { Socket } from 'node:net';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Database } from '../database/database.js';
import { CopiedMembers, type TakeMember } from './copied-members.js';
import * as sql from './feed.sql.js';
import { MembershipIndex } from './membership-index.js';

/** A connection that sends nothing for so long while it copies is given up. */
const SILENCE_MS = 30_000;
/** Rows of one chunk are read in one go; after so long others get their turn. */
const SLICE_MS = 10;

export interface LoadedMemberships {
  readonly index: MembershipIndex;
  /** The last change that is in it: both are of one snapshot. */
  readonly position: number;
  /** Which history of changes that position is in. */
  readonly history: string;
}

/** All memberships, as one snapshot of the database has them. */
export async function loadMemberships(
  database: Database,
  signal: AbortSignal,
): Promise<LoadedMemberships> {
  const index = new MembershipIndex();
  const members = new CopiedMembers((audienceId, text, start, end) =>
    index.addUtf8(audienceId, text, start, end),
  );
  return withCopyClient(database, signal, async (client) => {
    const histories = await client.query<{ history: string }>(sql.READ_HISTORY);
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ position: string }>(sql.READ_POSITION);
    await copy(client, { statement: sql.COPY_MEMBERS, members, signal });
    await client.query('commit');
    return {
      index,
      position: Number(rows[0]?.position ?? 0),
      history: histories.rows[0]?.history ?? '',
    };
  });
}

/** The members of one set, as they are now. */
export function loadSet(
  database: Database,
  { memberSet, take }: { readonly memberSet: number; readonly take: TakeMember },
  signal: AbortSignal,
): Promise<void> {
  const members = new CopiedMembers(take);
  return withCopyClient(database, signal, (client) =>
    copy(client, { statement: sql.copySet(memberSet), members, signal }),
  );
}

/** A connection of its own, which ends with the work. */
async function withCopyClient<Result>(
  database: Database,
  signal: AbortSignal,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const socket = new Socket();
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('PostgreSQL went silent')));
  // A client in the middle of a copy has no other end.
  const giveUp = (): void => void socket.destroy();
  signal.addEventListener('abort', giveUp);
  const client = await database.dedicatedClient(socket);
  try {
    const result = await work(client);
    await client.end();
    return result;
  } finally {
    signal.removeEventListener('abort', giveUp);
    socket.destroy();
  }
}

interface Copying {
  readonly statement: string;
  readonly members: CopiedMembers;
  readonly signal: AbortSignal;
}

async function copy(client: Client, { statement, members, signal }: Copying): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  for await (const chunk of client.query(copyTo(statement))) {
    signal.throwIfAborted();
    members.read(chunk);
    if (performance.now() > sliceEnd) {
      // Chunks that wait already would follow one another without anybody else's turn.
      await new Promise(setImmediate);
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
}
