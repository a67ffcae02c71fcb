import type { Configs } from '../configs/configs.js';
import type { SdkConfig } from '../configs/sdk-config.js';
import { segmentUsageByIndex } from '../configs/segment-usage.js';
import type { MembershipIndex } from '../audiences/membership-index.js';
import { UnknownSdkError } from './admin.errors.js';
import type { SdkAnswer, SdkFlagAnswer, SdkSegmentAnswer, SdkSummary } from './sdk-answer.js';

const FLAG_TYPES = ['boolean', 'string', 'integer', 'double'] as const;

/** @throws UnknownSdkError */
export function sdkOf(configs: Configs, sdkId: string): SdkConfig {
  const sdk = configs.get(sdkId);
  if (sdk === undefined) throw new UnknownSdkError(sdkId);
  return sdk;
}

export function sdkSummary(sdk: SdkConfig): Pick<SdkSummary, keyof SdkSummary> {
  const { mode, type, status, records, fetchedAt } = sdk.status;
  const { id, product } = sdk.options;
  const config = sdk.composed?.config;
  return {
    sdkId: id,
    product,
    source: { mode, type, status, records },
    etag: sdk.served?.etag ?? null,
    age: fetchedAt === undefined ? null : Math.max(0, (Date.now() - fetchedAt.getTime()) / 1_000),
    flags: Object.keys(config?.f ?? {}).length,
    segments: config?.s?.length ?? 0,
  };
}

export function sdkAnswer(sdk: SdkConfig, index: MembershipIndex | undefined): SdkAnswer {
  return {
    ...sdkSummary(sdk),
    flagList: flagsOf(sdk),
    segmentList: segmentsOf(sdk, index),
    warnings: sdk.deliveryWarnings,
  };
}

function flagsOf({ composed }: SdkConfig): SdkFlagAnswer[] {
  return Object.entries(composed?.config.f ?? {})
    .map(([key, { t }]) => ({ key, type: FLAG_TYPES[t] ?? ('unknown' as const) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

function segmentsOf(sdk: SdkConfig, index: MembershipIndex | undefined): SdkSegmentAnswer[] {
  const { composed } = sdk;
  if (composed === undefined) return [];
  const usage = segmentUsageByIndex(composed.config);
  return (composed.config.s ?? []).map(({ n: name }, at) => {
    const placed = composed.placed.get(at);
    const stored = placed?.segment ?? composed.conditioned.get(at);
    return {
      name,
      segmentId: stored?.id ?? null,
      audienceId: placed === undefined ? null : String(placed.audience.id),
      members: placed === undefined ? null : (index?.count(placed.audience.id) ?? 0),
      delivery:
        placed !== undefined
          ? (sdk.deliveredAs(placed.segment.id) ?? null)
          : stored === undefined
            ? 'base'
            : 'conditions',
      usage: usage.get(at) ?? [],
    };
  });
}
