import type { AdminClient } from '../admin-api/admin-client.js';
import { isWhoAmI } from '../admin-api/answers.js';
import { ProblemError } from '../admin-api/problem.error.js';
import { CliError } from '../cli.errors.js';
import { clockFinding } from './clock-finding.js';
import { fail, ok, warn, type Finding } from './finding.js';
import { look } from './http-look.js';

/** Whether the service answers, is ready, and has our time. An unreachable one is one FAIL. */
export async function checkService(base: string): Promise<readonly Finding[]> {
  const about = 'service';
  try {
    const { status, text, clockDifference, clockUncertainty } = await look(base, '/readyz');
    const clock =
      clockDifference === undefined
        ? []
        : [
            clockFinding({
              of: 'the service',
              difference: clockDifference,
              uncertainty: clockUncertainty,
            }),
          ];
    if (status === 200) return [ok(about, `${base} is ready`), ...clock];
    if (status === 503) {
      const advice = 'wait a moment; its log says what it waits for';
      return [fail(about, `${base} is ${text.slice(0, 200)}`, advice), ...clock];
    }
    return [fail(about, `${base}/readyz answers ${status}`, 'is --url that of Audience Sync?')];
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return [fail(about, error.message, 'start it (npm start), or say where it is: --url')];
  }
}

/** Whether the admin API takes the token. */
export async function checkToken(client: AdminClient): Promise<Finding> {
  const about = 'token';
  try {
    const { name, role } = await client.ask({ method: 'GET', path: '/whoami' }, isWhoAmI);
    if (role === 'admin') return ok(about, `it is ${name}'s, an admin`);
    return warn(
      about,
      `it is ${name}'s, a ${role}: it only reads`,
      'to write, take one of an admin',
    );
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 404) {
      return fail(about, 'the service has no admin API', 'add a token to admin.tokens');
    }
    if (!(error instanceof ProblemError) && !(error instanceof CliError)) throw error;
    return fail(about, error.message, 'take one of admin.tokens: --token or AUDIENCE_SYNC_TOKEN');
  }
}
