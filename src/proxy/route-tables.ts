import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Options } from '../options/options.js';
import { ApiController } from './api.controller.js';
import { CdnController } from './cdn.controller.js';
import { HealthController } from './health.controller.js';
import { ProxyErrorLog } from './proxy-error-log.js';
import { corsGroup, plainGroup } from './route-groups.js';
import type { RouteGroup } from './route-group.js';
import { RouteTable, type GroupedController } from './route-table.js';
import { SseController } from './sse.controller.js';

/** Which controllers answer on which of the two ports, and what their requests go through first. */
@Injectable()
export class RouteTables implements OnModuleInit {
  private tables: { readonly main: RouteTable; readonly diagnostics: RouteTable } | undefined;

  constructor(
    private readonly module: ModuleRef,
    private readonly options: Options,
    private readonly errors: ProxyErrorLog,
  ) {}

  /** Only now are there controllers. */
  onModuleInit(): void {
    const { http } = this.options;
    const observer = { onAnswered: () => {}, onError: this.errors.report };
    const health = this.grouped(HealthController, plainGroup());
    const main = [
      this.grouped(CdnController, corsGroup(http.cdnProxy)),
      this.grouped(ApiController, corsGroup(http.api, ['X-ConfigCat-SdkKey'])),
      this.grouped(SseController, corsGroup(http.sse)),
      health,
    ];
    this.tables = {
      main: new RouteTable(main, observer),
      diagnostics: new RouteTable([health], observer),
    };
  }

  get main(): RouteTable {
    return this.made.main;
  }

  get diagnostics(): RouteTable {
    return this.made.diagnostics;
  }

  private get made(): NonNullable<RouteTables['tables']> {
    if (this.tables === undefined) throw new Error('not before the app was initialised');
    return this.tables;
  }

  private grouped(type: Type<object>, group: RouteGroup | undefined): GroupedController {
    return { controller: this.module.get(type), group };
  }
}
