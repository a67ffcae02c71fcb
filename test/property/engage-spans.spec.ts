import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstElement, membersOf, valueSpan, type Span } from '../../src/engage/json-spans.js';
import { measureJson } from '../../src/engage/json-measure.js';
import { checkSignature } from '../../src/engage/signature.js';

const value = fc.jsonValue({ maxDepth: 4 });
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/** JSON text of a value, with other white space between its parts at each place. */
function spaced(json: unknown, spaces: readonly string[]): string {
  let at = 0;
  const next = () => spaces[at++ % spaces.length] ?? '';
  const text = (part: unknown): string => {
    if (Array.isArray(part)) return `[${next()}${part.map(around).join(',')}]`;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const members = Object.entries(part).map(
      ([name, member]) => `${next()}${JSON.stringify(name)}${next()}:${around(member)}`,
    );
    return `{${members.join(',')}${next()}}`;
  };
  const around = (part: unknown): string => `${next()}${text(part)}${next()}`;
  return around(json);
}

const anyText = fc
  .tuple(value, fc.array(space, { minLength: 1 }))
  .map(([json, spaces]) => ({ json, text: spaced(json, spaces) }));

const parsed = (bytes: Buffer, span: Span | undefined): unknown =>
  span === undefined ? undefined : JSON.parse(bytes.toString('utf8', span.start, span.end));

it('the span of a value is the value, without the white space around', () => {
  fc.assert(
    fc.property(anyText, ({ json, text }) => {
      const bytes = Buffer.from(text);
      const span = valueSpan(bytes, 0);
      expect(parsed(bytes, span)).toEqual(JSON.parse(JSON.stringify(json)));
      expect(bytes.toString('utf8', span?.start, span?.end)).toBe(text.trim());
    }),
    { numRuns: 500 },
  );
});

it('the spans in an array and in an object are what JSON.parse finds there', () => {
  fc.assert(
    fc.property(anyText, ({ text }) => {
      const bytes = Buffer.from(text);
      const whole: unknown = JSON.parse(text);
      const start = valueSpan(bytes, 0)?.start ?? 0;
      const first: unknown = Array.isArray(whole) ? whole[0] : undefined;
      expect(parsed(bytes, firstElement(bytes, start))).toEqual(first);
      const members = [...membersOf(bytes, start)].map(({ name, value: member }) => [
        parsed(bytes, name),
        parsed(bytes, member),
      ]);
      const isObject = typeof whole === 'object' && whole !== null && !Array.isArray(whole);
      expect(members).toEqual(isObject ? Object.entries(whole) : []);
    }),
    { numRuns: 500 },
  );
});

it('any bytes give spans inside them, or none', () => {
  const almost = fc.stringMatching(/^[[\]{}",:\\a1 ]{0,40}$/).map((text) => Buffer.from(text));
  const bytes = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    almost,
  );
  fc.assert(
    fc.property(bytes, (json) => {
      const spans = [
        valueSpan(json, 0),
        firstElement(json, 0),
        ...[...membersOf(json, 0)].flatMap((member) => [member, member.name, member.value]),
      ];
      for (const span of spans) {
        if (span === undefined) continue;
        expect(span.start).toBeLessThan(span.end);
        expect(span.end).toBeLessThanOrEqual(json.length);
      }
    }),
    { numRuns: 1000 },
  );
});

it('a value measures what JSON.stringify writes', () => {
  const depthOf = (json: unknown): number =>
    typeof json === 'object' && json !== null
      ? 1 + Math.max(0, ...Object.values(json).map(depthOf))
      : 0;
  fc.assert(
    fc.property(value, (json) => {
      const bytes = Buffer.byteLength(JSON.stringify(json));
      expect(measureJson(json)).toEqual({ bytes, depth: depthOf(json) });
    }),
  );
});

it('a signature of an event before its extras were merged is found again', () => {
  const fields = ['type', 'userId', 'context', 'traits', '__proto__'];
  const extras = fc
    .dictionary(fc.string(), value, { minKeys: 1, maxKeys: 5 })
    .filter((given) => Object.keys(given).every((name) => !fields.includes(name)));
  fc.assert(
    fc.property(extras, value, fc.boolean(), (given, traits, asText) => {
      const audienceSettings = { extras: asText ? JSON.stringify(given) : given };
      const context = { personas: { audience_settings: audienceSettings } };
      const signed = { type: 'identify', userId: 'u1', context, traits };
      const digest = createHmac('sha1', 's').update(JSON.stringify(signed)).digest('hex');
      const body = Buffer.from(JSON.stringify([{ ...signed, ...given }, { type: 'track' }]));
      expect(checkSignature(body, digest, ['s'])).toEqual({
        kind: 'valid',
        rule: 'without_extras',
      });
    }),
    { numRuns: 500 },
  );
});
