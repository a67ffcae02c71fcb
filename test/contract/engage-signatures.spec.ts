import { expect, it } from 'vitest';
import { presentedTokens } from '../../src/engage/credentials.js';
import { checkSignature } from '../../src/engage/signature.js';
import { requestCases } from '../fixtures/engage/fixtures.js';

const events = requestCases.filter((c) => !/^(?:ld|wa\.create|wa\.get)\b/.test(c.case));

it.each(events)('the signature of $case answers $outcome', ({ headers, rawBody, outcome }) => {
  const check = checkSignature(Buffer.from(rawBody ?? ''), headers['x-signature'], ['abc123']);
  expect(check.kind).toBe(outcome.startsWith('401') ? 'invalid' : 'valid');
});

it.each([
  ['webhook.single.identify', 'raw_body'],
  ['webhook.batch', 'first_element'],
  ['webhook.batch.one', 'first_element'],
  ['we.single', 'raw_body'],
  ['we.batch', 'unwrapped_element'],
  ['wa.single.newExtras', 'without_extras'],
  ['wa.batch.newExtras', 'without_extras'],
])('%s is signed by the rule %s', (name, rule) => {
  const request = events.find((c) => c.case === name);
  const body = Buffer.from(request?.rawBody ?? '');
  expect(checkSignature(body, request?.headers['x-signature'], ['abc123'])).toEqual({
    kind: 'valid',
    rule,
  });
});

it.each(['wa.single.extras', 'wa.batch.extras'])('%s tells what its extras overwrote', (name) => {
  const request = events.find((c) => c.case === name);
  const body = Buffer.from(request?.rawBody ?? '');
  expect(checkSignature(body, request?.headers['x-signature'], ['abc123'])).toMatchObject({
    cause: 'extras_overwrote',
    overwritten: ['type'],
  });
});

it('finds the token of the requests that carry one', () => {
  const carried = requestCases
    .filter((c) => c.headers['authorization']?.startsWith('Bearer '))
    .map((c) =>
      presentedTokens({ authorization: c.headers['authorization'], query: new URLSearchParams() }),
    );
  expect(carried.length).toBeGreaterThan(0);
  expect(new Set(carried.flat())).toEqual(new Set(['tok', 'BearerToken1']));
});
