/** What `application_name` of every connection of this service starts with. */
export const applicationNamePrefix = 'audience-sync';

/**
 * The `application_name` for connections of one instance. A worker process passes the pid of its
 * primary, so that the primary's `stop()` does not take its own workers for another instance.
 */
export function applicationName(instancePid: number = process.pid): string {
  return `${applicationNamePrefix} ${instancePid}`;
}
