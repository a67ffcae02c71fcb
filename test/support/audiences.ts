import type { Database } from '../../src/database/database.js';

let lastId = 2 ** 40;

/** An audience that events have named, as the store would have made it. */
export async function insertAudience(
  database: Database,
  { destination = 'dest', key = 'power_users' } = {},
): Promise<number> {
  lastId += 1;
  const id = lastId;
  await database.query(
    `insert into audience (id, destination, computation_id, context_kind, key, slug, name, attribute)
     values ($1, $2, $3, 'user', $4, $5, $4, 'Identifier')`,
    [id, destination, `aud_${id}`, key, `${key}_${id}`],
  );
  return id;
}

/** Who is in the audience, by the table. */
export async function readMembers(database: Database, audienceId: number): Promise<Set<string>> {
  const rows = await database.query<{ member_key: string }>(
    `select m.member_key from membership m join audience a using (member_set)
     where a.id = $1 and m.is_member`,
    [audienceId],
  );
  return new Set(rows.map((row) => row.member_key));
}
