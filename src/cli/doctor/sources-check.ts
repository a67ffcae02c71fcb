import type { AdminClient } from '../admin-api/admin-client.js';
import { follow } from '../admin-api/pages.js';
import { isObject, pageOf, shape, type Guard } from '../admin-api/shape.js';
import { ProblemError } from '../admin-api/problem.error.js';
import { CliError } from '../cli.errors.js';
import { counted } from '../output/counted.js';
import { fail, ok, warn, type Finding } from './finding.js';

interface Sdk {
  readonly sdkId: string;
  readonly source: {
    readonly type: string;
    readonly status: string;
    /** What happened last, oldest first. */
    readonly records: readonly string[];
  };
  /** Seconds since the base config was fetched, or confirmed. */
  readonly age: number | null;
  readonly flags: number;
}

const isSource = shape<Sdk['source']>({ type: 'text', status: 'text', records: 'list' });
const isSdk: Guard<Sdk> = (body): body is Sdk =>
  isObject(body) && typeof body['sdkId'] === 'string' && isSource(body['source']);
const isPage = pageOf(isSdk);

const ABOUT = 'source';

/** Where each SDK id has its config from, and whether that is well. */
export async function checkSources(client: AdminClient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  try {
    for await (const sdk of follow((query) =>
      client.ask({ method: 'GET', path: '/sdks', query }, isPage),
    )) {
      findings.push(findingOf(sdk));
    }
    return findings;
  } catch (error) {
    if (!(error instanceof ProblemError) && !(error instanceof CliError)) throw error;
    return [...findings, warn(ABOUT, error.message, 'is the service of this version?')];
  }
}

function findingOf({ sdkId, source, age, flags }: Sdk): Finding {
  const { type, status, records } = source;
  const fetched = age === null ? '' : `, fetched ${counted(Math.round(age), 'second')} ago`;
  const base = `SDK id '${sdkId}': ${counted(flags, 'flag')}, source ${type}`;
  if (status === 'healthy') return ok(ABOUT, `${base}${fetched}`);
  const says = `${base} is ${status}${fetched}: ${records.at(-1) ?? 'nothing happened yet'}`;
  const finding = status === 'down' ? fail : warn;
  const meanwhile =
    age === null
      ? 'there is no config yet, and requests are answered 500'
      : 'the last good config is served meanwhile';
  return finding(ABOUT, says, `check the SDK id's options; ${meanwhile}`);
}
