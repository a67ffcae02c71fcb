import {
  NO_CACHE,
  overall,
  type DatabaseStatus,
  type EngageStatus,
  type FeedStatus,
  type Health,
  type SdkStatus,
  type SegmentEventsStatus,
  type SegmentStatus,
  type StatusDocument,
  type WorkersStatus,
} from '../observability/status-document.js';

const FROM_WELL_TO_ILL: readonly Health[] = ['healthy', 'initializing', 'degraded', 'down'];

/** What all workers tell, as one service tells it: what is theirs is summed, what is shared is as the worst sees it. */
export function mergedStatus(
  documents: readonly StatusDocument[],
  workers: WorkersStatus,
): StatusDocument {
  const parts = {
    sdks: mergedSdks(documents.map(({ sdks }) => sdks)),
    cache: NO_CACHE,
    engage: mergedEngage(documents.map(({ engage }) => engage)),
    database: mergedDatabase(documents.map(({ database }) => database)),
    feed: mergedFeed(documents.map(({ feed }) => feed)),
    segments: {
      warnings: [...new Set(documents.flatMap(({ segments }) => segments.warnings))],
    },
    segment: mergedSegment(documents.map(({ segment }) => segment)),
    workers,
  };
  return { status: documents.length === 0 ? 'down' : overall(parts), ...parts };
}

function mergedSdks(
  all: readonly Readonly<Record<string, SdkStatus>>[],
): Readonly<Record<string, SdkStatus>> {
  const merged = new Map<string, SdkStatus>();
  for (const [id, sdk] of all.flatMap((sdks) => Object.entries(sdks))) {
    const known = merged.get(id);
    if (known === undefined || rank(sdk.source.status) > rank(known.source.status)) {
      merged.set(id, sdk);
    }
  }
  return Object.fromEntries(merged);
}

function mergedEngage(all: readonly EngageStatus[]): EngageStatus {
  const events: Record<string, number> = {};
  for (const [outcome, count] of all.flatMap((engage) => Object.entries(engage.events))) {
    events[outcome] = (events[outcome] ?? 0) + count;
  }
  return {
    status: worst(all),
    lastEvent: latest(all.map(({ lastEvent }) => lastEvent)),
    events,
    queue: {
      rows: sum(all.map(({ queue }) => queue.rows)),
      bytes: sum(all.map(({ queue }) => queue.bytes)),
    },
    requests: {
      count: sum(all.map(({ requests }) => requests.count)),
      bytes: sum(all.map(({ requests }) => requests.bytes)),
    },
    quietAudiences: Math.max(...orNone(all.map(({ quietAudiences }) => quietAudiences))),
  };
}

function mergedDatabase(all: readonly DatabaseStatus[]): DatabaseStatus {
  return {
    status: worst(all),
    lastAnswer: latest(all.map(({ lastAnswer }) => lastAnswer)),
  };
}

function mergedFeed(all: readonly FeedStatus[]): FeedStatus {
  return {
    status: worst(all),
    position: Math.min(...orNone(all.map(({ position }) => position))),
    lagSeconds: largest(all.map(({ lagSeconds }) => lagSeconds)),
    lastChange: latest(all.map(({ lastChange }) => lastChange)),
    staleSeconds: largest(all.map(({ staleSeconds }) => staleSeconds)),
    members: Math.max(...orNone(all.map(({ members }) => members))),
    numberingHolder: all.find(({ numberingHolder }) => numberingHolder)?.numberingHolder ?? null,
  };
}

function mergedSegment(all: readonly SegmentStatus[]): SegmentStatus {
  return {
    status: worst(all),
    evaluated: mergedEvents(
      all.map(({ evaluated }) => evaluated),
      sum,
    ),
    // The outbox is one for all.
    changed: mergedEvents(
      all.map(({ changed }) => changed),
      (counts) => Math.max(...counts),
    ),
  };
}

function mergedEvents(
  all: readonly (SegmentEventsStatus | null)[],
  queuedOf: (counts: readonly number[]) => number,
): SegmentEventsStatus | null {
  const known = all.filter((events) => events !== null);
  if (known.length === 0) return null;
  const queued = known.map((events) => events.queued).filter((count) => count !== null);
  return {
    queued: queued.length === 0 ? null : queuedOf(queued),
    sent: sum(known.map(({ sent }) => sent)),
    dropped: sum(known.map(({ dropped }) => dropped)),
    refused: sum(known.map(({ refused }) => refused)),
    lastSuccess: latest(known.map(({ lastSuccess }) => lastSuccess)),
    lastError:
      known
        .flatMap(({ lastError }) => lastError ?? [])
        .toSorted((a, b) => a.at.localeCompare(b.at))
        .at(-1) ?? null,
  };
}

function rank(health: Health): number {
  return FROM_WELL_TO_ILL.indexOf(health);
}

function worst(all: readonly { readonly status: Health }[]): Health {
  const ranks = orNone(
    all.map(({ status }) => rank(status)),
    rank('down'),
  );
  return FROM_WELL_TO_ILL[Math.max(...ranks)] ?? 'down';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function orNone(values: readonly number[], none = 0): readonly number[] {
  return values.length === 0 ? [none] : values;
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** ISO 8601 in UTC sorts as text. */
function latest(times: readonly (string | null)[]): string | null {
  return (
    times
      .filter((time) => time !== null)
      .toSorted()
      .at(-1) ?? null
  );
}
