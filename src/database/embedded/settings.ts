/** Values of `postgresql.conf`, by name. */
export type ServerSettings = Readonly<Record<string, string | number>>;

/**
 * What the embedded server runs with. The file is written anew at each start; an operator's own
 * values belong into `alter system`, which PostgreSQL reads after it.
 */
export const productionSettings: ServerSettings = {
  listen_addresses: '127.0.0.1',
  // A socket path over 107 bytes fails, and a socket leaves a lock file behind: TCP has neither.
  unix_socket_directories: '',
  max_connections: 100,
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  // An event answered with 2xx is durable (design.md, promise 1), on this server too.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Short statements only: compiling one costs more than running it.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // `log` ranks above `error` here: failing statements are the service's to report, and their
  // details name members (promise 9). It keeps the file small as well.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: -1,
  // The statement of an app that was killed ends within a second. Windows has no such check.
  ...(process.platform !== 'win32' && { client_connection_check_interval: '1s' }),
};

/** The text of `postgresql.conf`. */
export function formatSettings(settings: ServerSettings): string {
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  return [
    '# Written by Audience Sync at each start. Use "alter system" for your own.',
    ...lines,
    '',
  ].join('\n');
}
