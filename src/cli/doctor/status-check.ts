import { CliError } from '../cli.errors.js';
import { fail, ok, warn, type Finding, type Level } from './finding.js';
import { look } from './http-look.js';

const ABOUT = 'status';

type Members = Readonly<Record<string, unknown>>;

/** What the service tells of itself at the first of these places that tells it. */
export async function checkStatus(places: readonly string[]): Promise<readonly Finding[]> {
  for (const base of places) {
    const status = await readStatus(base);
    if (status !== undefined) return findingsOf(status);
  }
  const where = places.map((base) => `${base}/status`).join(' and ');
  return [
    warn(
      ABOUT,
      `nothing tells it (${where})`,
      'name the diagnostics server: --diagnostics http://host:8051',
    ),
  ];
}

async function readStatus(base: string): Promise<Members | undefined> {
  try {
    const { status, body } = await look(base, '/status');
    const members = membersOf(body);
    return status === 200 && levelOf(members) !== undefined ? members : undefined;
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

const LEVELS: ReadonlyMap<unknown, Level> = new Map([
  ['healthy', 'OK'],
  ['initializing', 'WARN'],
  ['degraded', 'WARN'],
  ['down', 'FAIL'],
]);

/** What to do where a part is not healthy. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['engage', 'the queue is full, so Segment sends again later: is PostgreSQL slow?'],
  ['database', 'the service does not reach PostgreSQL: see the line on the database'],
  ['feed', 'memberships are old or not loaded yet: see numberingHolder of /status, and the log'],
  ['workers', 'a worker process does not answer: the log says why'],
]);

function findingsOf(status: Members): readonly Finding[] {
  const parts = [...ADVICE].flatMap(([name, advice]) => {
    const part = membersOf(status[name]);
    const level = levelOf(part);
    if (level === undefined || level === 'OK') return [];
    return [{ level, about: name, says: `it is ${String(part['status'])}`, advice }];
  });
  const { warnings } = membersOf(status['segments']);
  const lists = Array.isArray(warnings) ? warnings.map(String) : [];
  const quiet = membersOf(status['engage'])['quietAudiences'];
  return [
    overall(status),
    ...parts,
    ...lists.map((text) =>
      warn('segments', text, 'deliver it by attribute (docs/sdks.md), or make it smaller'),
    ),
    ...(typeof quiet === 'number' && quiet > 0
      ? [
          warn(
            'audiences',
            `${quiet} had no event for long`,
            'audience-sync audiences list; were they disabled or disconnected in Engage?',
          ),
        ]
      : []),
  ];
}

function overall(status: Members): Finding {
  const says = `the service calls itself ${String(status['status'])}`;
  switch (levelOf(status)) {
    case 'OK':
      return ok(ABOUT, says);
    case 'FAIL':
      return fail(ABOUT, says, 'the lines below and its log say why');
    default:
      return warn(ABOUT, says, 'the lines below and its log say why');
  }
}

function levelOf(part: Members): Level | undefined {
  return LEVELS.get(part['status']);
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
