import { EventSource } from 'eventsource';
import type { FlagWatch } from './flag-watch.js';

export interface FlagQuestion {
  readonly base: string;
  readonly sdkId: string;
  readonly flag: string;
  readonly member: string;
}

/** Watches a flag through an EventSource. @returns what closes it. */
export function watchBySse(
  { base, sdkId, flag, member }: FlagQuestion,
  watch: FlagWatch,
): () => void {
  const question = JSON.stringify({ key: flag, user: { Identifier: member } });
  const data = Buffer.from(question).toString('base64url');
  const source = new EventSource(`${base}/sse/${sdkId}/eval/${data}`);
  source.addEventListener('message', ({ data: frame }) => {
    const { value }: { value?: unknown } = Object(JSON.parse(String(frame)));
    watch.show(value === true);
  });
  source.addEventListener('error', ({ message = 'the connection broke' }) => {
    watch.fail(new Error(`${watch.name}: ${message}`));
  });
  return () => source.close();
}
