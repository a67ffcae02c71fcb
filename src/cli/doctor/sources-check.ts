import type { AdminClient } from '../admin-api/admin-client.js';
import { follow } from '../admin-api/pages.js';
import { isObject, pageOf, type Guard } from '../admin-api/shape.js';
import { ProblemError } from '../admin-api/problem.error.js';
import { fail, ok, warn, type Finding } from './finding.js';

interface Sdk {
  readonly sdkId: string;
  readonly source: { readonly type: string; readonly status: string };
  readonly etag: string | null;
}

const isSdk: Guard<Sdk> = (body): body is Sdk =>
  isObject(body) && typeof body['sdkId'] === 'string' && isObject(body['source']);
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
    if (!(error instanceof ProblemError)) throw error;
    return [...findings, warn(ABOUT, error.message, 'is the service of this version?')];
  }
}

function findingOf({ sdkId, source, etag }: Sdk): Finding {
  const says = `SDK id '${sdkId}': ${source.type} is ${source.status}, etag ${etag ?? '-'}`;
  const advice = `its records in /status and the log say why; the last good config is served meanwhile`;
  if (source.status === 'healthy') return ok(ABOUT, says);
  return source.status === 'down' ? fail(ABOUT, says, advice) : warn(ABOUT, says, advice);
}
