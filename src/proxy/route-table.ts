import type { IncomingMessage } from 'node:http';
import { pathOf } from './request-target.js';
import { sendNotFound, sendText, type GroupedResponse } from './response.js';
import type { RouteGroup } from './route-group.js';
import { routesOf, type Route } from './route.js';

/** As nginx logs it. */
const CLIENT_GONE = 499;

/** A controller whose routes go through a group; undefined: switched off, so 404. */
export interface GroupedController {
  readonly controller: object;
  readonly group: RouteGroup | undefined;
}

/** A request that got its answer; of a stream, its head. */
export interface Answered {
  /** The route's path with names in place of values; undefined: no route has that path. */
  readonly route: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
}

export interface RouteObserver {
  /** On the way of every request. Must not throw. */
  readonly onAnswered: (answered: Answered) => void;
  readonly onError: (error: unknown) => void;
}

interface TableEntry extends Route {
  readonly group: RouteGroup;
  readonly label: string;
}

interface Found {
  readonly entry: TableEntry;
  readonly parameters: readonly string[];
}

/** Enough for the routes of some hundred SDKs; questions to streams are longer, and not repeated. */
const MAX_KNOWN = 1_000;
const MAX_KNOWN_LENGTH = 128;

/**
 * Routes that the HTTP server asks before Express, which costs five times what they do. They are
 * declared by the decorators of Nest's controllers.
 */
export class RouteTable {
  /** By the first part of the path; those with more text in their path come first. */
  private readonly entries = new Map<string, TableEntry[]>();
  /** What was found lately, by request target: saves 0.4 µs, of some 12 a request. */
  private readonly lately = new Map<string, Found>();

  constructor(
    controllers: readonly GroupedController[],
    private readonly observer: RouteObserver,
  ) {
    for (const { controller, group } of controllers) {
      if (group === undefined) continue;
      for (const route of routesOf(controller)) this.add({ ...route, group });
    }
  }

  /** Answers every request: with 404 where there is no such route. */
  handle(request: IncomingMessage, response: GroupedResponse): void {
    const started = performance.now();
    const found = this.find(request.url ?? '/');
    const report = (): void =>
      this.observer.onAnswered({
        route: found?.entry.label,
        method: request.method ?? 'GET',
        // The client left before it got one.
        status: response.headersSent ? response.statusCode : CLIENT_GONE,
        milliseconds: performance.now() - started,
      });
    if (found === undefined) {
      sendNotFound(response);
      report();
      return;
    }
    const { entry, parameters } = found;
    const fail = (error: unknown): void => {
      this.observer.onError(error);
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'the request failed; please check the logs for more details');
      report();
    };
    try {
      const handler = entry.group.admit(entry, request, response);
      const answering = handler?.(request, response, ...parameters);
      if (answering === undefined) report();
      else answering.then(report, fail);
    } catch (error) {
      fail(error);
    }
  }

  private add(entry: Omit<TableEntry, 'label'>): void {
    const { label, textCount } = entry.pattern;
    const first = label.split('/')[1] ?? '';
    const others = this.entries.get(first) ?? [];
    const before = others.filter(({ pattern }) => pattern.textCount >= textCount);
    const after = others.filter(({ pattern }) => pattern.textCount < textCount);
    this.entries.set(first, [...before, { ...entry, label }, ...after]);
  }

  private find(target: string): Found | undefined {
    const known = this.lately.get(target);
    if (known !== undefined) return known;
    const found = this.match(pathOf(target));
    if (found !== undefined && target.length <= MAX_KNOWN_LENGTH) {
      // Clients choose the targets: those that are asked often are soon known again.
      if (this.lately.size >= MAX_KNOWN) this.lately.clear();
      this.lately.set(target, found);
    }
    return found;
  }

  private match(path: string): Found | undefined {
    const segments = path.split('/');
    // Before the first slash stands nothing.
    const [nothing] = segments.splice(0, 1);
    if (nothing !== '') return undefined;
    for (const entry of this.entries.get(segments[0] ?? '') ?? []) {
      const parameters = entry.pattern.match(segments);
      if (parameters !== undefined) return { entry, parameters };
    }
    return undefined;
  }
}
