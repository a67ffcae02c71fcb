import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** Streams of single members at one replica, which tell when a frame came. */
export class WatchedMembers {
  private readonly answers: IncomingMessage[] = [];
  private readonly waiting = new Map<string, (at: number) => void>();

  /** Each stream has its first frame when this resolves. */
  static async open(
    base: string,
    flag: string,
    members: readonly string[],
  ): Promise<WatchedMembers> {
    const watched = new WatchedMembers();
    for (const member of members) await watched.open(base, flag, member);
    return watched;
  }

  /** When the member's next frame comes, in milliseconds of `performance`. */
  next(member: string): Promise<number> {
    return new Promise((resolve) => this.waiting.set(member, resolve));
  }

  close(): void {
    this.answers.forEach((answer) => answer.destroy());
  }

  private async open(base: string, flag: string, member: string): Promise<void> {
    const question = JSON.stringify({ key: flag, user: { Identifier: member } });
    const data = Buffer.from(question).toString('base64url');
    const asking = get(`${base}/sse/default/eval/${data}`, { agent: false });
    const answers: IncomingMessage[] = await once(asking, 'response');
    const [answer] = answers;
    if (answer?.statusCode !== 200) throw new Error(`a stream was answered ${answer?.statusCode}`);
    this.answers.push(answer);
    const first = this.next(member);
    answer.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('data:')) this.waiting.get(member)?.(performance.now());
    });
    // Closed by us in the end.
    answer.on('error', () => undefined);
    await first;
  }
}
