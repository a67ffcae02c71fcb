import { spawn } from 'node:child_process';
import type { Account } from './account.js';

/** What a finished program left: its exit code (null when a signal ended it) and all it printed. */
export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** A command line with the identity it is to run under. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Puts `account` before a command: an identity to spawn with, or `unshare` as its parent. */
export function commandAs(account: Account, file: string, args: readonly string[]): Command {
  if (account.kind === 'user-namespace') {
    // Root outside, uid 1000 inside: PostgreSQL starts, and the files stay root's.
    const mapping = ['--user', '--map-user=1000', '--map-group=1000'];
    return { file: 'unshare', args: [...mapping, '--', file, ...args] };
  }
  const identity = account.kind === 'system-user' ? { uid: account.uid, gid: account.gid } : {};
  return { file, args, ...identity };
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
    child.on('error', (error) => resolve({ code: -1, signal: null, output: error.message }));
    child.on('close', (code, signal) => resolve({ code, signal, output: output.trim() }));
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
