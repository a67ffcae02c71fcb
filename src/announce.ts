import { ServiceLogger } from './observability/service-logger.js';
import type { Options } from './options/options.js';

/** Says that the service listens, and what its options mean for others. Once, however many processes serve. */
export function announce({ http, log }: Options, url: string): void {
  if (!http.loopbackOnly && http.cdnProxy.enabled) {
    new ServiceLogger(http.log.level).warn(
      'Configs with hashed lists of members leave this machine: whoever may read a config can test guesses against them.',
      'Http',
    );
  }
  const workers = http.workers > 1 ? ` with ${http.workers} workers` : '';
  new ServiceLogger(log.level).log(`Audience Sync listens on ${url}${workers}`, 'Http');
}
