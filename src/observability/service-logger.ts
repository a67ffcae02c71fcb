import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import process from 'node:process';
import { isatty } from 'node:tty';

const LEVELS: readonly LogLevel[] = ['debug', 'log', 'warn', 'error', 'fatal'];

/** What Nest tells of its own start: thirty lines that no operator reads. */
const BOOTSTRAP: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** The log of this process, on standard output. */
export class ServiceLogger extends ConsoleLogger {
  constructor(level: 'debug' | 'info' | 'warn' | 'error') {
    const least = level === 'info' ? 'log' : level;
    super({
      logLevels: LEVELS.slice(LEVELS.indexOf(least)),
      colors: isatty(process.stdout.fd),
      prefix: 'audience-sync',
    });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!BOOTSTRAP.has(rest.at(-1))) {
      super.log(message, ...rest);
    }
  }
}
