import {
  ETAG,
  INVALID_STATE,
  json,
  NOT_MODIFIED,
  text,
  TOO_LARGE,
  UNAUTHORIZED,
  UNKNOWN_SDK,
} from './answers.js';
import type { Description } from './describe.js';
import { SCHEMAS } from './schemas.js';

const tag = 'API';

/** The route that names its SDK by id. */
export function byId(route: Description): Description {
  return { ...route, path: { sdkId: 'The SDK id.', ...route.path } };
}

/** The route that names its SDK by key. */
export function byKey(route: Description): Description {
  return { ...route, headers: { 'X-ConfigCat-SdkKey': 'The SDK key.', ...route.headers } };
}

const BAD_QUESTION = text('The body is no question, or no SDK was named.');
const LOOKED_UP = { 401: UNAUTHORIZED, 404: UNKNOWN_SDK, 500: INVALID_STATE };

export const EVAL: Description = {
  tag,
  summary: 'The value of a flag for a user',
  body: SCHEMAS.question,
  answers: {
    ...LOOKED_UP,
    200: json('What the user gets.', SCHEMAS.evaluation),
    400: text('The body is no question, no SDK was named, or no flag has the key.'),
    413: TOO_LARGE,
    500: text('No config was ever loaded, or the evaluation failed.'),
  },
};

export const EVAL_ALL: Description = {
  tag,
  summary: 'The values of all flags for a user, sorted by key',
  headers: { 'If-None-Match': 'The ETag that the client has.' },
  body: SCHEMAS.question,
  answers: {
    ...LOOKED_UP,
    200: { ...json('What the user gets, by key.', SCHEMAS.evaluations), headers: ETAG },
    304: NOT_MODIFIED,
    400: BAD_QUESTION,
    413: TOO_LARGE,
  },
};

export const REFRESH: Description = {
  tag,
  summary: 'Fetches the config now',
  details: 'Answers when it was fetched. All replicas get it.',
  answers: {
    ...LOOKED_UP,
    200: { description: 'It was fetched.' },
    400: text('No SDK was named.'),
    500: text('It was not fetched; the reason.'),
  },
};

export const KEYS: Description = {
  tag,
  summary: 'The keys of all flags, sorted',
  answers: {
    ...LOOKED_UP,
    200: json('The keys.', SCHEMAS.keys),
    400: text('No SDK was named.'),
  },
};

export const COFFEE: Description = {
  tag,
  summary: 'Whether this is a teapot',
  answers: { 401: UNAUTHORIZED, 418: { description: 'It is.' } },
};

export const USER_AUDIENCES: Description = {
  tag,
  summary: 'A user with the audiences it is in',
  details:
    'For apps whose SDK evaluates by itself. Only with `http.api.auth_headers`, or where this service listens on loopback only.',
  body: SCHEMAS.userQuestion,
  answers: {
    ...LOOKED_UP,
    200: json('The user, its audiences by slug in the membership attribute.', SCHEMAS.user),
    400: BAD_QUESTION,
    413: TOO_LARGE,
  },
};
