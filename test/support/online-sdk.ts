import { randomBytes } from 'node:crypto';
import { request, type HttpAnswer } from './http-answer.js';
import type { TestUpstream } from './upstream.js';

/** An SDK key of ConfigCat's form. */
export function sdkKey(): string {
  return `configcat-sdk-1/${randomBytes(11).toString('hex')}/${randomBytes(11).toString('hex')}`;
}

/** `sdks.<id>` of an SDK whose config a test's upstream has. */
export function onlineSdk(
  upstream: TestUpstream,
  over: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { key: sdkKey(), base_url: upstream.url, poll_interval: 1, ...over };
}

/** What the CDN route answers for an SDK id. */
export function configOf(base: string, sdkId: string): Promise<HttpAnswer> {
  return request(`${base}/configuration-files/configcat-proxy/${sdkId}/config_v6.json`);
}

export function refreshSdk(base: string, sdkId: string): Promise<HttpAnswer> {
  return request(`${base}/api/${sdkId}/refresh`, { method: 'POST' });
}
