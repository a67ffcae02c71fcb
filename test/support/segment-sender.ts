import { createRequire } from 'node:module';

/** Segment's destinations that can post to any URL. */
export type SenderDestination = 'webhook' | 'webhook-audiences' | 'webhook-extensible';

/** An event as Engage makes it. */
export type SegmentEvent = Readonly<Record<string, unknown>>;

/** How the destination is set up in Segment's workspace. */
export interface SenderOptions {
  readonly url: string;
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly sharedSecret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Webhook Audiences only: the audience's "extra JSON fields", merged into each event sent. */
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** What the server answered to one request. */
export interface SenderAnswer {
  readonly status: number;
  readonly body: string;
}

interface SentResponse {
  readonly status: number;
  readonly content: string;
}

/** The part of the published package that is used here. */
interface Integration {
  responses: SentResponse[];
  testAuthentication(settings: object): Promise<unknown>;
  onEvent(event: object, settings: object): Promise<unknown>;
  onBatch(events: readonly object[], settings: object): Promise<unknown>;
  createAudience(input: object): Promise<{ readonly externalId: string }>;
  getAudience(input: object): Promise<{ readonly externalId: string }>;
}

interface HttpError {
  readonly response: SentResponse;
}

// CommonJS whose default export two loaders would show differently, and whose core is its own
// dependency, not ours.
const fromHere = createRequire(import.meta.url);
const fromPackage = createRequire(fromHere.resolve('@segment/action-destinations/package.json'));

/** Sends each event in a request of its own, one after the other, as the destination's "send" does. */
export async function sendSingle(
  destination: SenderDestination,
  events: readonly SegmentEvent[],
  options: SenderOptions,
): Promise<readonly SenderAnswer[]> {
  const answers: SenderAnswer[] = [];
  for (const event of prepared(destination, events, options)) {
    const integration = load(destination);
    answers.push(
      ...(await answersOf(integration, integration.onEvent(event, settings(destination, options)))),
    );
  }
  return answers;
}

/** Sends all events in one request, as the destination does with batching on. */
export async function sendBatch(
  destination: SenderDestination,
  events: readonly SegmentEvent[],
  options: SenderOptions,
): Promise<readonly SenderAnswer[]> {
  const integration = load(destination);
  const batch = prepared(destination, events, options);
  return answersOf(integration, integration.onBatch(batch, settings(destination, options)));
}

/** Webhook Audiences' createAudience: the id that the server at `url` answered. Throws otherwise. */
export async function createAudience(
  audienceName: string,
  { url, extras }: Pick<SenderOptions, 'url' | 'extras'>,
): Promise<string> {
  const { externalId } = await load('webhook-audiences').createAudience({
    audienceName,
    settings: { createAudienceUrl: url },
    audienceSettings: audienceSettings(extras),
  });
  return externalId;
}

/** Webhook Audiences' getAudience: the id that the server at `url` answered. Throws otherwise. */
export async function getAudience(
  externalId: string,
  { url, extras }: Pick<SenderOptions, 'url' | 'extras'>,
): Promise<string> {
  const found = await load('webhook-audiences').getAudience({
    externalId,
    settings: { getAudienceUrl: url },
    audienceSettings: audienceSettings(extras),
  });
  return found.externalId;
}

/** What LaunchDarkly's destination in Segment is set up with. */
export interface SyncedSegmentOptions {
  /** Of the server that it takes for LaunchDarkly's. */
  readonly base: string;
  readonly apiKey: string;
  readonly clientId: string;
}

/** LaunchDarkly Audiences, with its base URLs pointed at a server of ours. */
export class SyncedSegmentSender {
  readonly #integration: Integration;
  readonly #settings: { readonly apiKey: string; readonly clientId: string };

  constructor({ base, apiKey, clientId }: SyncedSegmentOptions) {
    const constants: { readonly CONSTANTS: Record<string, string> } = fromHere(
      `@segment/action-destinations/dist/destinations/launchdarkly-audiences/constants`,
    );
    Object.assign(constants.CONSTANTS, {
      LD_CLIENT_SDK_BASE_URL: base,
      LD_API_BASE_URL: `${base}/api/v2`,
    });
    this.#integration = load('launchdarkly-audiences');
    this.#settings = { apiKey, clientId };
  }

  /** The connection test of Segment's interface. Rejects where it shows a failure. */
  async testConnection(): Promise<void> {
    await this.#integration.testAuthentication(this.#settings);
  }

  async send(event: SegmentEvent): Promise<readonly SenderAnswer[]> {
    this.#integration.responses = [];
    const sending = this.#integration.onEvent(event, this.#subscribed());
    return answersOf(this.#integration, sending);
  }

  async sendBatch(events: readonly SegmentEvent[]): Promise<readonly SenderAnswer[]> {
    this.#integration.responses = [];
    const sending = this.#integration.onBatch(events, this.#subscribed());
    return answersOf(this.#integration, sending);
  }

  /** As Segment sets it up where nobody changes anything. */
  #subscribed(): object {
    const definition: { readonly default: { readonly presets: readonly object[] } } = fromHere(
      `@segment/action-destinations/dist/destinations/launchdarkly-audiences`,
    );
    return { ...this.#settings, subscription: definition.default.presets[0] };
  }
}

function load(destination: SenderDestination | 'launchdarkly-audiences'): Integration {
  const core: { createTestIntegration(definition: unknown): Integration } =
    fromPackage('@segment/actions-core');
  const definition: { readonly default: unknown } = fromHere(
    `@segment/action-destinations/dist/destinations/${destination}`,
  );
  return core.createTestIntegration(definition.default);
}

function settings(destination: SenderDestination, options: SenderOptions): object {
  return {
    ...(options.sharedSecret === undefined ? {} : { sharedSecret: options.sharedSecret }),
    // Without a say in it, Extensible Webhook sends "Bearer undefined" over the headers given.
    ...(destination === 'webhook-extensible'
      ? { dynamicAuthSettings: { oauth: { type: 'noAuth' } } }
      : {}),
    subscription: {
      subscribe: 'type != "none"',
      partnerAction: 'send',
      mapping: {
        url: options.url,
        method: options.method ?? 'POST',
        ...(options.headers === undefined ? {} : { headers: options.headers }),
        data: { '@path': '$.' },
      },
    },
  };
}

function prepared(
  destination: SenderDestination,
  events: readonly SegmentEvent[],
  { extras }: SenderOptions,
): readonly SegmentEvent[] {
  return destination === 'webhook-audiences' && extras !== undefined
    ? events.map((event) => withExtras(event, extras))
    : events;
}

/** Engage repeats an audience's settings in each of its events; the sender reads them there. */
function withExtras(event: SegmentEvent, extras: Readonly<Record<string, unknown>>): SegmentEvent {
  const { personas, ...context } = { personas: {}, ...objectOr(event['context']) };
  return {
    ...event,
    context: {
      ...context,
      personas: { ...objectOr(personas), audience_settings: audienceSettings(extras) },
    },
  };
}

function audienceSettings(extras: SenderOptions['extras']): object {
  return extras === undefined ? {} : { extras: JSON.stringify(extras) };
}

function objectOr(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** A single event's error answer is thrown, a batch's is told per item: both were answered. */
async function answersOf(
  integration: Integration,
  sending: Promise<unknown>,
): Promise<readonly SenderAnswer[]> {
  try {
    await sending;
  } catch (error) {
    if (!isHttpError(error)) throw error;
    return [{ status: error.response.status, body: error.response.content }];
  }
  return integration.responses.map(({ status, content }) => ({ status, body: content }));
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'response' in error;
}
