import { expect, it } from 'vitest';
import { Frame } from './frame.js';

const JSON_TEXT = '{"value":"ő","variationId":"v"}';

it('is a message with an id, in one chunk', () => {
  const frame = new Frame(JSON_TEXT);
  const message = `id: ${frame.id}\ndata: ${JSON_TEXT}\n\n`;
  expect(frame.plain.toString()).toBe(message);
  expect(frame.chunk.toString()).toBe(
    `${Buffer.byteLength(message).toString(16)}\r\n${message}\r\n`,
  );
});

it('has the id of its data, wherever it is made', () => {
  expect(new Frame(JSON_TEXT).id).toBe(new Frame(JSON_TEXT).id);
  expect(new Frame(JSON_TEXT).id).toMatch(/^[0-9a-f]{16}$/);
  expect(new Frame('{"value":"o","variationId":"v"}').id).not.toBe(new Frame(JSON_TEXT).id);
});

it('is held in memory once', () => {
  const frame = new Frame(JSON_TEXT);
  expect(frame.plain.buffer).toBe(frame.chunk.buffer);
});
