/** How the program ends, for scripts (docs/cli.md). */
export const EXIT = {
  done: 0,
  /** The service refused it, or it failed; a FAIL of doctor. */
  failed: 1,
  /** Wrong arguments, or a file that can't be what it should. Nothing was sent. */
  usage: 2,
  unreachable: 3,
  /** No token, none of theirs, or one that only reads. */
  unauthorized: 4,
  /** `apply --dry-run` would change something. */
  differences: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
