import { expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { NodeSdk11 } from '../support/node-sdk-11.js';
import { Recorder } from '../support/recorder.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const bed = new TestBed();

it('the Node SDK 11, which first asks with the literal null, gets 200 then, and 304 after', async () => {
  const recorder = await Recorder.before(bed.base);
  const client = new NodeSdk11(recorder.base);
  await client.refresh();
  await client.refresh();
  const [first, second] = recorder.exchanges;
  expect(first).toMatchObject({ status: 200, requestHeaders: { 'if-none-match': 'null' } });
  expect(second).toMatchObject({
    status: 304,
    requestHeaders: { 'if-none-match': first?.headers.etag },
  });
  await bed.send(identify({ key: 'older', userId: 'ada' }));
  const ada = async (): Promise<unknown> => {
    await client.refresh();
    return client.value('audience_older', 'ada');
  };
  await expect.poll(ada, PATIENCE).toBe(true);
  expect(await client.value('audience_older', 'bea')).toBe(false);
  await client.refresh();
  expect(recorder.last?.status).toBe(304);
});
