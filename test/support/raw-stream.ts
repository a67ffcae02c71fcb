import { RawClient } from './raw-client.js';

export interface RawQuestion {
  /** Without one, all flags are watched. */
  readonly key?: string;
  readonly user?: Readonly<Record<string, unknown>>;
  readonly sdkId?: string;
  /** The id of what the client has. */
  readonly lastId?: string;
  /** An address of loopback that the connection comes from. */
  readonly from?: string;
}

/** A stream over a socket of its own, with all that comes before a message's data, too. */
export class RawStream {
  private constructor(readonly client: RawClient) {}

  /** Resolves when the request was sent. */
  static async open(base: string, question: RawQuestion): Promise<RawStream> {
    const { key, user, sdkId = 'default', lastId, from } = question;
    const data = Buffer.from(JSON.stringify({ key, user })).toString('base64url');
    const client = await RawClient.send(Number(new URL(base).port), {
      path: `/sse/${sdkId}/${key === undefined ? 'eval-all' : 'eval'}/${data}`,
      headers: lastId === undefined ? [] : [`Last-Event-ID: ${lastId}`],
      ...(from !== undefined && { from }),
    });
    return new RawStream(client);
  }

  /** The values that a stream of one flag was told. */
  get values(): unknown[] {
    return this.#lines('data').map((json) => {
      const { value }: { value: unknown } = JSON.parse(json);
      return value;
    });
  }

  /** The ids of its messages. */
  get ids(): string[] {
    return this.#lines('id');
  }

  #lines(field: string): string[] {
    const lines = this.client.content.split('\n');
    return lines.flatMap((line) =>
      line.startsWith(`${field}: `) ? [line.slice(field.length + 2)] : [],
    );
  }
}
