import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignature } from './signature.js';

const SECRET = 'abc123';
const sign = (text: string | Buffer, secret = SECRET) =>
  createHmac('sha1', secret).update(text).digest('hex');
const check = (body: string, header: string | undefined, secrets: readonly string[] = [SECRET]) =>
  checkSignature(Buffer.from(body), header, secrets);

const event = '{"type":"identify","userId":"u1","n":1.0,"traits":{"vip":true}}';
const other = '{"type":"identify","userId":"u2"}';
const settings = (extras: unknown) => ({
  type: 'identify',
  context: { personas: { audience_settings: { extras } } },
  userId: 'u1',
});

describe('a signature', () => {
  it.each([
    ['of the raw body', event, 'raw_body'],
    ['of the first element', `[${event},${other}]`, 'first_element'],
    ['of the first element amid white space', ` [\n ${event} ,${other}]`, 'first_element'],
    ['of the first of a batch', `{"sentAt":null,"batch":[${event},${other}]}`, 'first_element'],
    ['of the unwrapped element', `[{"json":${event}},{"json":${other}}]`, 'unwrapped_element'],
    ['of the unwrapped first of a batch', `{"batch":[{"json":${event}}]}`, 'unwrapped_element'],
    ['of the first element after a byte order mark', `\uFEFF[${event}]`, 'first_element'],
  ])('%s is right', (_name, body, rule) => {
    expect(check(body, sign(event))).toEqual({ kind: 'valid', rule });
  });

  it.each([
    ['a batch', `[${event},${other}]`],
    ['an empty body', ''],
    ['a form', 'a=u1'],
    ['an empty array', '[]'],
    ['bytes that are no JSON', '[{"a"'],
  ])('of the whole of %s is right', (_name, body) => {
    expect(check(body, sign(body))).toEqual({ kind: 'valid', rule: 'raw_body' });
  });

  it('is taken of bytes, not of what they decode to', () => {
    const body = Buffer.from([0x22, 0xff, 0x22]);
    expect(checkSignature(body, sign(body), [SECRET])).toMatchObject({ kind: 'valid' });
    const decoded = sign(Buffer.from(body.toString()));
    expect(checkSignature(body, decoded, [SECRET])).toMatchObject({ kind: 'invalid' });
  });

  it('may be by any of several secrets', () => {
    expect(check(event, sign(event), ['old', SECRET])).toMatchObject({ kind: 'valid' });
    expect(check(event, sign(event, 'old'), ['old', SECRET])).toMatchObject({ kind: 'valid' });
    expect(check(event, sign(event, 'else'), ['old', SECRET])).toMatchObject({ kind: 'invalid' });
  });

  it('by an empty secret is wrong, whatever the options hold', () => {
    expect(check(event, sign(event, ''), [''])).toMatchObject({ kind: 'invalid' });
  });

  it.each([
    ['none', undefined, 'missing'],
    ['an empty one', '', 'missing'],
    ['one in capitals', sign(event).toUpperCase(), 'unreadable'],
    ['one too short', sign(event).slice(1), 'unreadable'],
    ['one given twice', `${sign(event)}, ${sign(event)}`, 'unreadable'],
    ['one of another text', sign(other), 'mismatch'],
    ['one of the second element', sign(other), 'mismatch'],
  ])('that is %s is refused', (_name, header, cause) => {
    expect(check(`[${event},${other}]`, header)).toMatchObject({ kind: 'invalid', cause });
  });

  it('that is wrong is answered with the rules that were tried, and no secret', () => {
    const result = check(`[{"json":${event}}]`, sign('x'));
    expect(result).toEqual({
      kind: 'invalid',
      cause: 'mismatch',
      tried: ['first_element', 'unwrapped_element', 'raw_body'],
      overwritten: [],
    });
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });
});

const merged = (extras: object, asText = true) => {
  const signed = settings(asText ? JSON.stringify(extras) : extras);
  return { signed: JSON.stringify(signed), sent: JSON.stringify({ ...signed, ...extras }) };
};

describe('extras merged after signing', () => {
  it.each([
    ['as text', merged({ env: 'prod', 'a"b': [1] })],
    ['as an object', merged({ env: 'prod' }, false)],
    ['with a name that JavaScript puts first', merged({ 7: 'x', env: 'prod' })],
    ['with an escape in its name', merged({ 'é\n': 1 })],
  ])('%s are left out of what was signed', (_name, { signed, sent }) => {
    const rule = 'without_extras';
    expect(check(sent, sign(signed))).toEqual({ kind: 'valid', rule });
    expect(check(`[${sent},${sent}]`, sign(signed))).toEqual({ kind: 'valid', rule });
    expect(check(`{"batch":[${sent}]}`, sign(signed))).toEqual({ kind: 'valid', rule });
    expect(check(`[{"json":${sent}}]`, sign(signed))).toEqual({ kind: 'valid', rule });
  });

  it('leave numbers and spaces of the rest as they were written', () => {
    const signed = merged({ env: 'prod' }).signed.replace('"userId"', ' "n": 1.0, "userId"');
    const sent = `${signed.slice(0, -1)},"env":"prod"}`;
    expect(check(sent, sign(signed))).toMatchObject({ kind: 'valid' });
  });

  it('that overwrote a field are named, for no rule can match then', () => {
    const { signed, sent } = merged({ env: 'prod', type: 'overridden' });
    expect(check(sent, sign(signed))).toEqual({
      kind: 'invalid',
      cause: 'extras_overwrote',
      tried: ['raw_body', 'without_extras'],
      overwritten: ['type'],
    });
    const last = merged({ userId: 'other' });
    expect(check(last.sent, sign(last.signed))).toMatchObject({ overwritten: ['userId'] });
  });

  it('are named in a way that no log line breaks of', () => {
    const name = 'x\n2026 INFO forged';
    const signed = settings(JSON.stringify({ [name]: 1 }));
    const sent = JSON.stringify({ [name]: 1, ...signed });
    expect(check(sent, sign('x'))).toMatchObject({ overwritten: ['(unprintable)'] });
  });

  it('cannot be used to slip in what extras do not name', () => {
    const { signed, sent } = merged({ env: 'prod' });
    const forged = sent.replace('"env"', '"userId":"admin","env"');
    expect(check(forged, sign(signed))).toMatchObject({ kind: 'invalid', cause: 'mismatch' });
  });

  it.each([
    ['no object', '[1]'],
    ['no JSON', '{'],
    ['a number', 7],
    ['null', null],
    ['nothing that is there', '{"absent":1}'],
  ])('that are %s change nothing', (_name, extras) => {
    const body = JSON.stringify({ ...settings(extras), env: 'prod' });
    expect(check(body, sign('x'))).toMatchObject({ tried: ['raw_body'], cause: 'mismatch' });
  });
});

describe('a hostile body of 8 MB', () => {
  const size = 8_000_000;
  it.each([
    ['open brackets', '['.repeat(size)],
    ['nested objects', '{"batch":'.repeat(size / 9)],
    ['quotes and backslashes', `["${'\\\\'.repeat(size / 2 - 2)}"]`],
    ['an endless text', `["${'a'.repeat(size)}`],
    ['members', `{${'"":0,'.repeat(size / 5)}"extras":1}`],
    ['white space', ' '.repeat(size)],
    ['extras that nest', `{"extras":${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`],
  ])('of %s is refused without throwing', (_name, body) => {
    expect(check(body, sign('x'))).toMatchObject({ kind: 'invalid' });
  });
});
