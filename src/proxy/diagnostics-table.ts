import type { DiagOptions } from '../options/diag.options.js';
import type { HealthController } from './health.controller.js';
import type { MetricsController } from './metrics.controller.js';
import { plainGroup, statusGroup } from './route-groups.js';
import { RouteTable } from './route-table.js';
import type { StatusController } from './status.controller.js';

export interface DiagnosticsControllers {
  readonly status: StatusController;
  readonly metrics: MetricsController;
  readonly health: HealthController;
}

/** The routes of the diagnostics port. They are not observed: who scrapes is no client. */
export function diagnosticsTable(
  { status, metrics, health }: DiagnosticsControllers,
  diag: DiagOptions,
  onError: (error: unknown) => void,
): RouteTable {
  return new RouteTable(
    [
      { controller: status, group: statusGroup(diag.status) },
      { controller: metrics, group: diag.metrics.enabled ? plainGroup() : undefined },
      { controller: health, group: plainGroup() },
    ],
    { onAnswered: () => {}, onError },
  );
}
