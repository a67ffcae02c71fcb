#!/usr/bin/env node
import process from 'node:process';
import { run } from './run.js';

// Whoever reads only the first lines (`| head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

// Not exit(): what is still on its way into a pipe would be lost.
process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
