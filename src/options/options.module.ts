import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Options } from './options.js';

/** The options that were loaded, for every room. */
@Global()
@Module({})
export class OptionsModule {
  static forRoot(options: Options): DynamicModule {
    return {
      module: OptionsModule,
      providers: [{ provide: Options, useValue: options }],
      exports: [Options],
    };
  }
}
