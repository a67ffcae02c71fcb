import type { IConfigCatClientSnapshot } from '@configcat/sdk';
import { getClient, LogLevel, PollingMode } from '@configcat/sdk';
import type { ConfigJson } from '../../src/evaluation/config-json.js';

let clients = 0;

/** The official SDK's snapshot of a config, which comes out of its cache: it never calls out. */
export async function snapshotOf(config: ConfigJson): Promise<IConfigCatClientSnapshot> {
  const text = `${Date.now()}\netag\n${JSON.stringify(config)}`;
  const client = getClient(`configcat-proxy/bench-${clients++}`, PollingMode.ManualPoll, {
    baseUrl: 'http://127.0.0.1',
    offline: true,
    logger: { level: LogLevel.Off, log: ignore },
    cache: { get: () => text, set: ignore },
  });
  await client.forceRefreshAsync();
  await client.waitForReady();
  return client.snapshot();
}

function ignore(): void {
  // Nothing is logged and nothing stored in a benchmark.
}
