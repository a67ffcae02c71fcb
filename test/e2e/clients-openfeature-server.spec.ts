import { OFREPProvider } from '@openfeature/ofrep-provider';
import {
  OpenFeature,
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
} from '@openfeature/server-sdk';
import { afterAll, describe, expect, it } from 'vitest';
import { identify } from '../support/builders.js';
import { ConfigFile } from '../support/config-file.js';
import { SERVED_FLAGS } from '../support/served-flags.js';
import { PATIENCE, TestBed } from '../support/test-bed.js';

const HTTP = { port: 0, host: '127.0.0.1' };
const LATER = '2024-05-03T20:00:00.000Z';

const file = new ConfigFile(SERVED_FLAGS);
const bed = new TestBed({ sdks: { default: {}, file: { offline: file.offline } } });
const guarded = new TestBed({
  http: { ...HTTP, ofrep: { auth_headers: { Authorization: 'Bearer secret' } } },
});
let domains = 0;

afterAll(() => OpenFeature.close());

/** A client of the server SDK, whose provider sends these headers. */
async function clientOf(headers: Readonly<Record<string, string>>, at = bed): Promise<Client> {
  const domain = `of a test ${(domains += 1)}`;
  const provider = new OFREPProvider({ baseUrl: at.base, headers: Object.entries(headers) });
  await OpenFeature.setProviderAndWait(domain, provider);
  return OpenFeature.getClient(domain);
}

const ofFile = (): Promise<Client> => clientOf({ 'X-ConfigCat-SdkId': 'file' });

describe("OpenFeature's server provider", () => {
  it('sees a user enter and leave', async () => {
    const client = await clientOf({ 'X-ConfigCat-SdkId': 'default' });
    const ada = (): Promise<EvaluationDetails<boolean>> =>
      client.getBooleanDetails('audience_server', false, { targetingKey: 'ada' });
    await bed.send(identify({ key: 'server', userId: 'ada' }));
    await expect.poll(ada, PATIENCE).toMatchObject({ value: true, reason: 'TARGETING_MATCH' });
    await bed.send(identify({ key: 'server', userId: 'ada', isMember: false, at: LATER }));
    await expect.poll(ada, PATIENCE).toMatchObject({ value: false, reason: 'DEFAULT' });
  });

  it('gets values of each type, with their variation', async () => {
    const client = await ofFile();
    const near = { targetingKey: 'ada', Country: 'HU', age: 21, tags: ['vip'] };
    expect(await client.getBooleanDetails('simple', false, near)).toMatchObject({
      value: true,
      variant: 'v_simple',
      reason: 'DEFAULT',
    });
    expect(await client.getStringDetails('byCountry', '', near)).toMatchObject({
      value: 'near',
      variant: 'v_near',
      reason: 'TARGETING_MATCH',
    });
    expect(await client.getNumberValue('whole', 0, near)).toBe(42);
    expect(await client.getNumberValue('double', 0, near)).toBe(0.5);
    expect(await client.getBooleanValue('byAge', false, near)).toBe(true);
    expect(await client.getBooleanValue('byTags', false, near)).toBe(true);
  });

  it.each<readonly [what: string, key: string, EvaluationContext, code: string, message: string]>([
    ['a flag that is not there', 'none', {}, 'FLAG_NOT_FOUND', "key 'none' not found"],
    ['an attribute of no kind', 'simple', { is: true }, 'INVALID_CONTEXT', "'is' has an invalid"],
    ['a flag of another type', 'whole', {}, 'TYPE_MISMATCH', 'boolean'],
    ['a flag that can not be evaluated', 'invalid', { broken: 'x' }, 'GENERAL', ''],
  ])('reports %s, and gives the default', async (_what, key, context, errorCode, message) => {
    const client = await ofFile();
    expect(await client.getBooleanDetails(key, true, context)).toMatchObject({
      value: true,
      reason: 'ERROR',
      errorCode,
      errorMessage: expect.stringContaining(message),
    });
  });

  it.each<readonly [what: string, headers: Readonly<Record<string, string>>, message: string]>([
    ['no SDK', {}, 'header must be set'],
    ['an SDK id that is not there', { 'X-ConfigCat-SdkId': 'nobody' }, 'could not identify'],
  ])('reports %s', async (_what, headers, message) => {
    const client = await clientOf(headers);
    expect(await client.getBooleanDetails('simple', true)).toMatchObject({
      value: true,
      errorCode: 'GENERAL',
      errorMessage: expect.stringContaining(message),
    });
  });

  it('needs the headers that the options require', async () => {
    await guarded.send(identify({ key: 'guarded', userId: 'ada' }));
    await guarded.sees('audience_guarded', 'ada', true);
    const named = { 'X-ConfigCat-SdkId': 'default' };
    const ada = { targetingKey: 'ada' };
    const stranger = await clientOf(named, guarded);
    expect(await stranger.getBooleanDetails('audience_guarded', false, ada)).toMatchObject({
      value: false,
      errorCode: 'GENERAL',
    });
    const client = await clientOf({ ...named, Authorization: 'Bearer secret' }, guarded);
    expect(await client.getBooleanValue('audience_guarded', false, ada)).toBe(true);
  });
});
