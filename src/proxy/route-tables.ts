import { Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Requests } from '../observability/requests.js';
import { Options } from '../options/options.js';
import { ApiController } from './api.controller.js';
import { CdnController } from './cdn.controller.js';
import { diagnosticsTable } from './diagnostics-table.js';
import { HealthController } from './health.controller.js';
import { HookController } from './hook.controller.js';
import { HookTestController } from './hook-test.controller.js';
import { MetricsController } from './metrics.controller.js';
import { OfrepController } from './ofrep.controller.js';
import { ProxyErrorLog } from './proxy-error-log.js';
import {
  corsGroup,
  mayTellAudiences,
  plainGroup,
  statusGroup,
  webhookGroup,
} from './route-groups.js';
import type { RouteGroup } from './route-group.js';
import { RouteTable, type GroupedController } from './route-table.js';
import { SseController } from './sse.controller.js';
import { StatusController } from './status.controller.js';
import { UserController } from './user.controller.js';

const SDK_ID = 'X-ConfigCat-SdkId';
const SDK_KEY = 'X-ConfigCat-SdkKey';

/** Which controllers answer on which of the two ports, and what their requests go through first. */
@Injectable()
export class RouteTables implements OnModuleInit {
  private tables: { readonly main: RouteTable; readonly diagnostics: RouteTable } | undefined;

  constructor(
    private readonly module: ModuleRef,
    private readonly options: Options,
    private readonly errors: ProxyErrorLog,
    private readonly requests: Requests,
  ) {}

  /** Only now are there controllers. */
  onModuleInit(): void {
    const { http, diag } = this.options;
    const observer = { onAnswered: this.requests.answered, onError: this.errors.report };
    const health = this.grouped(HealthController, plainGroup());
    const api = corsGroup(http.api, [SDK_KEY]);
    const main = [
      this.grouped(CdnController, corsGroup(http.cdnProxy)),
      this.grouped(ApiController, api),
      this.grouped(UserController, mayTellAudiences(http) ? api : undefined),
      this.grouped(SseController, corsGroup(http.sse)),
      this.grouped(OfrepController, corsGroup(http.ofrep, [SDK_ID, SDK_KEY])),
      this.grouped(HookController, webhookGroup(http.webhook)),
      this.grouped(HookTestController, http.webhook.enabled ? plainGroup() : undefined),
      this.grouped(StatusController, statusGroup(http.status)),
      health,
    ];
    this.tables = {
      main: new RouteTable(main, observer),
      diagnostics: diagnosticsTable(
        {
          status: this.module.get(StatusController),
          metrics: this.module.get(MetricsController),
          health: this.module.get(HealthController),
        },
        diag,
        this.errors.report,
      ),
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
