import type { Options } from '../options.js';
import type { Problems } from '../problems.js';
import { checkAdminTokens } from './admin.rules.js';
import { checkEngage } from './engage.rules.js';
import { checkHttp } from './http.rules.js';
import { checkSdks } from './sdk.rules.js';
import { checkSegmentEvents } from './segment.rules.js';
import { checkTimers } from './timer.rules.js';
import { checkTls } from './tls.rules.js';

/** Reports what is wrong between options that are each right by themselves. Reads TLS files. */
export function checkRules(options: Options, problems: Problems): void {
  checkSdks(options.sdks, problems);
  checkHttp(options, problems);
  checkTls(options.tls, problems);
  checkEngage(options.engage, problems);
  checkSegmentEvents(options.segment, problems);
  checkAdminTokens(options.admin.tokens, problems);
  checkTimers(options, problems);
}
