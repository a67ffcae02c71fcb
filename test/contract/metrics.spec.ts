import { connect } from 'node:net';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { entries, identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/http-answer.js';
import { SECRET, TOKEN } from '../support/service.js';
import { TestBed } from '../support/test-bed.js';

const bed = new TestBed({
  diag: { port: 0 },
  engage: {
    destinations: {
      dest: { token: TOKEN },
      signed: { token: TOKEN, shared_secrets: [SECRET] },
    },
  },
});
const DURATION = 'configcat_http_server_request_duration_seconds';

async function metrics(): Promise<readonly string[]> {
  return (await request(`${bed.diagnostics}/metrics`)).text.split('\n');
}

/** The value of the metric whose line starts so; labels may follow in any order. */
async function value(name: string, ...labels: readonly string[]): Promise<number | undefined> {
  const line = (await metrics()).find(
    (one) =>
      (one.startsWith(`${name}{`) || one.startsWith(`${name} `)) &&
      labels.every((label) => one.includes(label)),
  );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

const requests = (route: string, method: string, status: number): Promise<number | undefined> =>
  value(
    `${DURATION}_count`,
    `http_route="${route}"`,
    `http_request_method="${method}"`,
    `http_response_status_code="${status}"`,
  );

const rejected = (destination: string, reason: string): Promise<number | undefined> =>
  value(
    'audience_sync_events_total',
    `destination="${destination}"`,
    'outcome="rejected"',
    `reason="${reason}"`,
  );

describe('GET /metrics', () => {
  it('is what Prometheus reads', async () => {
    const { status, headers, text } = await request(`${bed.diagnostics}/metrics`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('# TYPE process_cpu_seconds_total counter');
    const values = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const wellFormed =
      /^[a-z][a-z0-9_]*(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (\+Inf|-?[\d.e+-]+)$/;
    expect(values.filter((line) => !wellFormed.test(line))).toEqual([]);
  });

  it('has no metric that docs/monitoring.md does not tell of, and all that it does', async () => {
    const page = await readFile(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
    const told = new Set(page.match(/(?<=`)(configcat|audience_sync)_\w+(?=`)/g));
    const names = (await metrics()).flatMap(
      (line) => /^# TYPE ((?:configcat|audience_sync)_\w+) /.exec(line)?.[1] ?? [],
    );
    const ofWorkers = ['audience_sync_workers', 'audience_sync_worker_restarts_total'];
    expect([...told].toSorted()).toEqual([...names, ...ofWorkers].toSorted());
  });

  it('times requests by the pattern of their route, method and status', async () => {
    await bed.evaluate('none', { Identifier: 'secret-user' });
    await bed.evaluate('none', { Identifier: 'secret-user' }, 'unheard-of');
    await bed.send(identify({ key: 'timed' }));
    await bed.sees('audience_timed', 'user_1', true);
    expect(await requests('/api/{sdkId}/eval', 'POST', 400)).toBeGreaterThanOrEqual(1);
    expect(await requests('/api/{sdkId}/eval', 'POST', 404)).toBe(1);
    expect(await requests('/api/{sdkId}/eval', 'POST', 200)).toBeGreaterThanOrEqual(1);
    expect(await requests('/engage/{destination}/events', 'POST', 200)).toBe(1);
    const text = (await metrics()).join('\n');
    expect(text).not.toContain('secret-user');
    expect(text).not.toContain('unheard-of');
  });

  it('has one label for all unknown paths and methods', async () => {
    for (let path = 0; path < 20; path += 1) await request(`${bed.base}/scan-${path}`);
    await request(`${bed.base}/engage/dest/scan`, { method: 'POST' });
    const socket = connect(Number(new URL(bed.base).port), '127.0.0.1');
    socket.end('PROPFIND /scan HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await once(socket.resume(), 'close');
    expect(await requests('unknown', 'GET', 404)).toBe(20);
    expect(await requests('unknown', 'POST', 404)).toBe(1);
    expect(await requests('unknown', '_OTHER', 404)).toBe(1);
    expect((await metrics()).join('\n')).not.toContain('scan');
  });

  it('counts events by what became of them, and their flushes', async () => {
    const event = identify({ key: 'counted', userId: 'once' });
    await bed.send(event);
    await bed.send(event);
    await bed.send({ type: 'page' });
    const events = (outcome: string): Promise<number | undefined> =>
      value('audience_sync_events_total', 'destination="dest"', `outcome="${outcome}"`);
    expect(await events('added')).toBeGreaterThanOrEqual(1);
    expect(await events('unchanged')).toBe(1);
    expect(await events('skipped')).toBe(1);
    expect(await value('audience_sync_flush_rows_count')).toBeGreaterThanOrEqual(2);
    expect(await value('audience_sync_flush_duration_seconds_sum')).toBeGreaterThan(0);
    expect(await value('audience_sync_queue_rows')).toBe(0);
  });

  it('counts rejected events by their reason, those whose signature was wrong among them', async () => {
    await bed.send([identify({ userId: '' }), 'odd', 'odd'], { destination: 'dest' });
    expect(await rejected('dest', 'no_identifier')).toBe(1);
    expect(await rejected('dest', 'malformed')).toBe(2);
    expect(await rejected('dest', 'bad_signature')).toBe(0);
    const answer = await bed.send([identify(), identify()], { destination: 'signed' });
    expect(answer.status).toBe(401);
    expect(await rejected('signed', 'bad_signature')).toBe(2);
    const { body } = await request(`${bed.diagnostics}/status`);
    expect(body).toMatchObject({ engage: { events: { rejected: 5 } } });
  });

  it('tells of memberships, the feed, configs and evaluations', async () => {
    await bed.send(entries(5, { key: 'large' }));
    await bed.sees('audience_large', 'user_4', true);
    expect(await value('audience_sync_members')).toBeGreaterThanOrEqual(5);
    expect(await value('audience_sync_feed_lag_seconds')).toBeGreaterThan(0);
    expect(await value('audience_sync_feed_stale_seconds')).toBeLessThan(10);
    const sdk = 'sdk="default"';
    await eventually(async () => {
      expect(
        await value('audience_sync_config_build_duration_seconds_count', sdk),
      ).toBeGreaterThanOrEqual(1);
    });
    const before = (await value('audience_sync_evaluations_total', sdk)) ?? 0;
    await bed.evaluate('audience_large', { Identifier: 'user_1' });
    expect(await value('audience_sync_evaluations_total', sdk)).toBe(before + 1);
  });

  it('counts streams and their messages by SDK id and flag', async () => {
    await bed.send(identify({ key: 'watched', userId: 'grace' }));
    await bed.sees('audience_watched', 'grace', true);
    const stream = new EventStream(bed.base, {
      key: 'audience_watched',
      user: { Identifier: 'ada' },
    });
    await eventually(() => expect(stream.messages).toHaveLength(1));
    const labels = ['sdk="default"', 'type="sse"', 'flag="audience_watched"'];
    expect(await value('configcat_stream_connections', ...labels)).toBe(1);
    const sent = (await value('configcat_stream_msg_sent_total', ...labels)) ?? 0;
    await bed.send(identify({ key: 'watched', userId: 'ada' }));
    await eventually(() => expect(stream.last).toMatchObject({ value: true }));
    expect(await value('configcat_stream_msg_sent_total', ...labels)).toBe(sent + 1);
    expect(await requests('/sse/{sdkId}/eval/{data...}', 'GET', 200)).toBe(1);
  });
});
