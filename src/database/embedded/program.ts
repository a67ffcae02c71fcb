import { spawn } from 'node:child_process';
import type { Account } from './account.js';

/** What a finished program left: its exit code (-1 when a signal ended it) and all it printed. */
export interface ProgramResult {
  readonly code: number;
  readonly signal?: NodeJS.Signals;
  readonly output: string;
}

/** A command line with the identity it is to run under. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Puts `account` before a command: an identity to spawn with, `unshare` as its parent, or both. */
export function commandAs(account: Account, file: string, args: readonly string[]): Command {
  const { owner, uidInside } = account;
  if (uidInside === undefined) {
    return { file, args, ...owner };
  }
  const mapping = ['--user', `--map-user=${uidInside}`, `--map-group=${uidInside}`];
  return { file: 'unshare', args: [...mapping, '--', file, ...args], ...owner };
}

/** Runs a command to its end. Never rejects: a program that cannot be started has code -1. */
export function runProgram(command: Command): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command.file, command.args, {
      ...spawnIdentity(command),
      // The working directory may be one that the other account cannot enter.
      cwd: '/',
      env: programEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code, signal) => {
      resolve({ code: code ?? -1, ...(signal !== null && { signal }), output: output.trim() });
    });
  });
}

/** The spawn options that carry a command's identity. */
export function spawnIdentity({ uid, gid }: Command): { uid?: number; gid?: number } {
  return { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
}

/** Our environment without `PG…`, which PostgreSQL would obey, and with English messages. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
