import { get, type IncomingMessage } from 'node:http';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { requestBytes, send } from '../ingest/sender.js';

/** What a service under soak is asked, and how. */
export interface SoakLoad {
  readonly port: number;
  readonly token: string;
}

const AUDIENCES = 5;
const MEMBERS = 4_000;
const BATCH = 100;
const STREAMS = 40;
/** Between two rounds: a steady load, below what the service could do. */
const PAUSE_MS = 20;

/**
 * Members enter and leave, streams come and go, flags are asked for and configs fetched, until this
 * process is told to stop. A process of its own, for it is the service that is measured.
 */
process.on('message', (message: SoakLoad | 'stop') => {
  if (message === 'stop') isOver.abort();
  else void load(message).then(() => process.disconnect());
});

const isOver = new AbortController();

async function load({ port, token }: SoakLoad): Promise<void> {
  const receiver = { port, path: '/engage/soak/events', token, expected: '"received"' };
  const base = `http://127.0.0.1:${port}`;
  const streams: IncomingMessage[] = [];
  while (!isOver.signal.aborted) {
    const events = Array.from({ length: BATCH }, event);
    await send(receiver, [requestBytes(receiver, JSON.stringify(events))], 1);
    const user = { Identifier: member(), Country: 'DE' };
    const body = JSON.stringify({ key: `audience_soak_${one(AUDIENCES)}`, user });
    await fetch(`${base}/api/default/eval`, { method: 'POST', body }).then(read);
    await fetch(`${base}/api/default/eval-all`, { method: 'POST', body }).then(read);
    await fetch(`${base}/configuration-files/configcat-proxy/file/config_v6.json`).then(read);
    streams.push(await stream(base));
    if (streams.length > STREAMS) streams.shift()?.destroy();
    await pause(PAUSE_MS);
  }
  streams.forEach((answer) => answer.destroy());
}

function stream(base: string): Promise<IncomingMessage> {
  const data = Buffer.from(JSON.stringify({ user: { Identifier: member() } }));
  return new Promise((resolve, reject) => {
    const asking = get(
      `${base}/sse/default/eval-all/${data.toString('base64url')}`,
      { agent: false },
      (answer) => {
        answer.on('error', () => undefined).resume();
        resolve(answer);
      },
    );
    asking.on('error', reject);
  });
}

function event(): unknown {
  const key = `soak_${one(AUDIENCES)}`;
  return {
    type: 'identify',
    userId: member(),
    timestamp: new Date().toISOString(),
    traits: { [key]: Math.random() < 0.5 },
    context: {
      personas: {
        computation_class: 'audience',
        computation_key: key,
        computation_id: `aud_${key}`,
      },
    },
  };
}

function member(): string {
  return `member_${one(MEMBERS)}`;
}

function one(count: number): number {
  return Math.floor(Math.random() * count);
}

async function read(answer: Response): Promise<void> {
  await answer.arrayBuffer();
}
