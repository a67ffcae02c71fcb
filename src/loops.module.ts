import { Global, Module } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { LoopRegistry } from './loop.js';
import { ScheduledLoops } from './scheduled-loops.js';

/** The one registry that every loop of a service is shown in. */
@Global()
@Module({
  providers: [
    {
      provide: LoopRegistry,
      inject: [SchedulerRegistry],
      useFactory: (scheduler: SchedulerRegistry) => new ScheduledLoops(scheduler),
    },
  ],
  exports: [LoopRegistry],
})
export class LoopsModule {}
