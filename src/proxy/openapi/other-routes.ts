import {
  ETAG,
  INVALID_STATE,
  json,
  NOT_MODIFIED,
  text,
  UNAUTHORIZED,
  UNKNOWN_SDK,
} from './answers.js';
import type { Description } from './describe.js';
import { SCHEMAS } from './schemas.js';

export const CONFIG: Description = {
  tag: 'CDN',
  summary: "The config JSON, as ConfigCat's CDN serves it",
  path: {
    path: '`configcat-proxy/<SDK id>` or the SDK key, with or without `/config_v6.json` behind it.',
  },
  query: { ccetag: 'As `If-None-Match`, for clients that can not send it.' },
  headers: { 'If-None-Match': 'The ETag that the client has.' },
  answers: {
    200: { ...json('The config.', SCHEMAS.object), headers: ETAG },
    304: NOT_MODIFIED,
    404: UNKNOWN_SDK,
    500: INVALID_STATE,
  },
};

const OFREP = {
  tag: 'OFREP',
  headers: {
    'X-ConfigCat-SdkId': 'The SDK id, or:',
    'X-ConfigCat-SdkKey': 'the SDK key.',
  },
  body: SCHEMAS.ofrepQuestion,
};
const OFREP_ANSWERS = {
  401: UNAUTHORIZED,
  413: json('The body is larger than 1 MB.', SCHEMAS.ofrepError),
  500: json('No config was ever loaded, or the evaluation failed.', SCHEMAS.ofrepError),
};

export const OFREP_FLAG: Description = {
  ...OFREP,
  summary: 'A flag for an OpenFeature client',
  path: { key: 'The key of the flag.' },
  answers: {
    ...OFREP_ANSWERS,
    200: json('What the user gets.', SCHEMAS.ofrepFlag),
    400: json('The context is invalid, or no known SDK was named.', SCHEMAS.ofrepFlagError),
    404: json('No flag has the key.', SCHEMAS.ofrepFlagError),
  },
};

export const OFREP_FLAGS: Description = {
  ...OFREP,
  summary: 'All flags for an OpenFeature client',
  answers: {
    ...OFREP_ANSWERS,
    200: { ...json('What the user gets.', SCHEMAS.ofrepFlags), headers: ETAG },
    304: NOT_MODIFIED,
    400: json('The context is invalid, or no known SDK was named.', SCHEMAS.ofrepError),
  },
};

export const HOOK: Description = {
  tag: 'Webhook',
  summary: 'Fetches the config, since ConfigCat says that it changed',
  path: { sdkId: 'The SDK id.' },
  headers: {
    'X-ConfigCat-Webhook-Signature-V1': 'Needed where the SDK has a signing key.',
    'X-ConfigCat-Webhook-ID': 'Of the delivery; one that was accepted fetches nothing again.',
    'X-ConfigCat-Webhook-Timestamp': 'Unix seconds.',
  },
  answers: {
    200: { description: 'It was asked for.' },
    400: text('The signature does not hold.'),
    401: text('A header of `auth_headers`, or basic authentication, is missing or wrong.'),
    404: text('No such SDK is configured.'),
    413: text('The body is larger than 1 MB.'),
  },
};

export const HOOK_TEST: Description = {
  tag: 'Webhook',
  summary: 'Whether a webhook would arrive',
  answers: { 200: { description: 'It would.' } },
};

const OPERATION = 'Operation';

export const STATUS: Description = {
  tag: OPERATION,
  summary: 'How each part is',
  details: 'Also on the diagnostics port.',
  answers: {
    200: json(
      'The status of the SDKs, of engage, of the database and of the feed.',
      SCHEMAS.object,
    ),
  },
};

export const METRICS: Description = {
  tag: OPERATION,
  summary: 'Metrics for Prometheus',
  details: 'On the diagnostics port only.',
  answers: { 200: text('The metrics.') },
};

export const HEALTH: Description = {
  tag: OPERATION,
  summary: 'Whether the process answers',
  details: 'Also on the diagnostics port.',
  answers: { 200: text('It does.') },
};

export const READINESS: Description = {
  tag: OPERATION,
  summary: 'Whether requests may come',
  details: 'Also on the diagnostics port.',
  answers: { 200: text('They may.'), 503: text('What is missing.') },
};
