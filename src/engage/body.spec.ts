import { describe, expect, it } from 'vitest';
import { parseEvents } from './body.js';
import { NotJsonError } from './not-json-error.js';

const parseBytes = (body: Buffer) => {
  const { events, lossy } = parseEvents(body);
  return { events: [...events], lossy };
};
const parse = (text: string) => parseBytes(Buffer.from(text));
const event = { type: 'identify', userId: 'u1' };
const other = { type: 'track', userId: 'u2' };

describe('parseEvents', () => {
  it.each([
    ['one event', event, [event]],
    ['an array', [event, other], [event, other]],
    ['a batch', { batch: [event, other], sentAt: null }, [event, other]],
    ['an array of wrapped events', [{ json: event }, { json: other }], [event, other]],
    ['a batch of wrapped events', { batch: [{ json: event }] }, [event]],
    ['a batch that says so', { type: 'batch', batch: [event] }, [event]],
    ['wrapped events beside bare ones', [event, { json: other }], [event, other]],
    ['an empty array', [], []],
    ['an empty batch', { batch: [] }, []],
  ])('reads %s', (_name, body, events) => {
    expect(parse(JSON.stringify(body)).events).toEqual(events);
  });

  it.each([
    ['an event with an extra called batch', { ...event, batch: [other] }],
    ['an event with a batch that is no array', { batch: 'x' }],
    ['a scalar', 7],
    ['null', null],
  ])('takes %s as one event', (_name, body) => {
    expect(parse(JSON.stringify(body)).events).toEqual([body]);
  });

  it('keeps an element whose own extra is called json', () => {
    const extra = { ...event, json: { a: 1 } };
    expect(parse(JSON.stringify([extra])).events).toEqual([extra]);
  });

  it('keeps the element of a form-encoded batch, which is no event', () => {
    expect(parse('[{"body":"a=u1"},{"json":"x"}]').events).toEqual([
      { body: 'a=u1' },
      { json: 'x' },
    ]);
  });

  it.each(['', ' ', 'a=u1', '{', '[1,]', 'undefined', '{"a":1}x', '\0'])(
    'refuses %j, which is no JSON',
    (text) => {
      expect(() => parse(text)).toThrow(NotJsonError);
    },
  );

  it('does not repeat the body in its error', () => {
    const error = (() => {
      try {
        return parse('{"userId":"secret-member"oops');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(NotJsonError);
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('secret-member');
  });

  it('overlooks a byte order mark', () => {
    expect(parse(`\uFEFF${JSON.stringify(event)}`)).toEqual({ events: [event], lossy: false });
  });

  it('reads what is no UTF-8 with U+FFFD, and says so', () => {
    const body = Buffer.concat([
      Buffer.from('[{"userId":"a'),
      Buffer.from([0xff]),
      Buffer.from('"}]'),
    ]);
    expect(parseBytes(body)).toEqual({ events: [{ userId: 'a\uFFFD' }], lossy: true });
  });

  it('reads a body nested half a million levels deep', () => {
    const depth = 500_000;
    const body = Buffer.from(`[${'['.repeat(depth)}${']'.repeat(depth)},${JSON.stringify(event)}]`);
    expect(parseBytes(body).events[1]).toEqual(event);
  });
});
