import {
  NO_CACHE,
  type Health,
  type SdkStatus,
  type StatusParts,
} from '../../src/observability/status-document.js';

/** The parts of a status where all is well; one SDK id for each source. */
export function statusParts({
  sources = ['healthy'],
}: { readonly sources?: readonly Health[] } = {}): StatusParts {
  return {
    sdks: Object.fromEntries(sources.map((status, index) => [`sdk_${index}`, sdk(status)])),
    cache: NO_CACHE,
    engage: {
      status: 'healthy',
      lastEvent: null,
      events: {},
      queue: { rows: 0, bytes: 0 },
      requests: { count: 0, bytes: 0 },
      quietAudiences: 0,
    },
    database: { status: 'healthy', lastAnswer: null },
    feed: {
      status: 'healthy',
      position: 0,
      lagSeconds: null,
      lastChange: null,
      staleSeconds: 0,
      members: 0,
      numberingHolder: null,
    },
    segments: { warnings: [] },
    segment: { status: 'healthy', evaluated: null, changed: null },
  };
}

function sdk(status: Health): SdkStatus {
  return { key: '', mode: 'offline', source: { type: 'file', status, records: [] } };
}
