import { Frame } from './frame.js';
import type { WatcherSink } from './watcher-topic.js';

/** OpenFeature's ADR 0008: what the flags are is asked for, never told. */
const REFETCH = '{"type":"refetchEvaluation"}';

/**
 * Tells a client to ask again instead of what changed. The id stays that of the flags, so whoever
 * comes back and missed nothing is told nothing.
 */
export function refetching(sink: WatcherSink): WatcherSink {
  return { send: ({ id }) => sink.send(new Frame(REFETCH, id)) };
}
