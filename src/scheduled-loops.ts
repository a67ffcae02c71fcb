import type { SchedulerRegistry } from '@nestjs/schedule';
import { LoopRegistry } from './loop.js';

/** Shows the service's loops beside its cron jobs and intervals, as timeouts under their names. */
export class ScheduledLoops extends LoopRegistry {
  constructor(private readonly scheduler: SchedulerRegistry) {
    super();
  }

  show(name: string, timer: NodeJS.Timeout): void {
    this.remove(name);
    this.scheduler.addTimeout(name, timer);
  }

  remove(name: string): void {
    if (this.scheduler.doesExist('timeout', name)) this.scheduler.deleteTimeout(name);
  }
}
