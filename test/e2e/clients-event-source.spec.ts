import { describe, expect, it, onTestFinished } from 'vitest';
import { deletion, identify } from '../support/builders.js';
import { EventStream } from '../support/event-stream.js';
import { createTestDatabase } from '../support/postgres.js';
import { Recorder } from '../support/recorder.js';
import { startTestService } from '../support/service.js';
import { PATIENCE, sendTo, TestBed } from '../support/test-bed.js';

const LATER = '2024-05-03T20:00:00.000Z';
const bed = new TestBed();

describe('an EventSource', () => {
  it('sees its user enter and leave, and another user sees nothing', async () => {
    await bed.send(identify({ key: 'watched', userId: 'somebody' }));
    await bed.sees('audience_watched', 'somebody', true);
    const key = 'audience_watched';
    const ada = new EventStream(bed.base, { key, user: { Identifier: 'ada' } });
    const bea = new EventStream(bed.base, { key, user: { Identifier: 'bea' } });
    const all = new EventStream(bed.base, { user: { Identifier: 'bea' } });
    await expect.poll(() => ada.last, PATIENCE).toMatchObject({ value: false });
    await expect.poll(() => bea.last, PATIENCE).toMatchObject({ value: false });
    await expect.poll(() => all.last, PATIENCE).toMatchObject({ [key]: { value: false } });
    await bed.send(identify({ key: 'watched', userId: 'ada' }));
    await expect.poll(() => ada.last, PATIENCE).toMatchObject({ value: true });
    await bed.send(identify({ key: 'watched', userId: 'ada', isMember: false, at: LATER }));
    await expect.poll(() => ada.last, PATIENCE).toMatchObject({ value: false });
    // What follows shows that her streams work, and that nothing came before.
    await bed.send(identify({ key: 'watched', userId: 'bea' }));
    await expect.poll(() => bea.last, PATIENCE).toMatchObject({ value: true });
    await expect.poll(() => all.last, PATIENCE).toMatchObject({ [key]: { value: true } });
    expect(ada.messages).toHaveLength(3);
    expect(bea.messages).toHaveLength(2);
    expect(all.messages).toHaveLength(2);
  });

  it('on all flags sees new audiences, and the deletion of its user', async () => {
    const stream = new EventStream(bed.base, { user: { Identifier: 'carl' } });
    await bed.send(identify({ key: 'brand_new', userId: 'carl' }));
    const flag = 'audience_brand_new';
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ [flag]: { value: true } });
    await bed.send(deletion('carl'));
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ [flag]: { value: false } });
  });

  it('comes back after a restart with the id of what it knows, and is told only what changed', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const first = await startTestService(database.url);
    onTestFinished(() => first.stop());
    await sendTo(first.base, identify({ key: 'kept', userId: 'ada' }));
    const recorder = await Recorder.before(first.base);
    const stream = new EventStream(recorder.base, { user: { Identifier: 'ada' } });
    const flag = 'audience_kept';
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ [flag]: { value: true } });
    const known = stream.messages.length;
    const { hostname: host, port } = new URL(first.base);
    await first.stop();
    const second = await startTestService(database.url, { http: { host, port: Number(port) } });
    onTestFinished(() => second.stop());
    // It may have come while the first one was still sending everybody away.
    await expect.poll(() => recorder.exchanges.length > 1 && stream.isOpen, PATIENCE).toBe(true);
    expect(recorder.last).toMatchObject({
      status: 200,
      requestHeaders: { 'last-event-id': stream.lastId },
    });
    const left = { key: 'kept', userId: 'ada', isMember: false, at: LATER };
    await sendTo(second.base, identify(left));
    await expect.poll(() => stream.last, PATIENCE).toMatchObject({ [flag]: { value: false } });
    expect(stream.messages).toHaveLength(known + 1);
  });
});
