import { Global, Module } from '@nestjs/common';
import { Readiness } from './readiness.js';

/** What tells the outside how this process is. */
@Global()
@Module({ providers: [Readiness], exports: [Readiness] })
export class ObservabilityModule {}
