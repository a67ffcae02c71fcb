import { INVALID_STATE, text, UNKNOWN_SDK } from './answers.js';
import type { Answer, Description } from './describe.js';
import { SCHEMAS } from './schemas.js';

const tag = 'SSE';

const QUESTION = 'Base64 of `{"key","user"}`, in the URL alphabet or the standard one.';

export const STREAM_BY_ID = { path: { sdkId: 'The SDK id.', data: QUESTION } };
export const STREAM_BY_KEY = {
  path: { data: 'Base64 of `{"sdkKey","key","user"}`, in the URL alphabet or the standard one.' },
};

const STREAM: Answer = {
  description: 'Each event is JSON in its `data`, and has an `id`.',
  content: { 'text/event-stream': SCHEMAS.text },
};
const ANSWERS = {
  200: STREAM,
  400: text('The data is no question, no SDK was named, or no flag has the key.'),
  404: UNKNOWN_SDK,
  500: INVALID_STATE,
  503: { ...text('Too many streams are open.'), headers: { 'Retry-After': 'Seconds.' } },
};
const RESUMED = { headers: { 'Last-Event-ID': 'Of the event that the client has already.' } };

export const FLAG_STREAM: Description = {
  ...RESUMED,
  tag,
  summary: 'The value of a flag for a user: now, and whenever it changes',
  answers: ANSWERS,
};

export const ALL_FLAGS_STREAM: Description = {
  ...RESUMED,
  tag,
  summary: 'The values of all flags for a user: now, and whenever one changes',
  answers: ANSWERS,
};

export const REFETCH_STREAM: Description = {
  ...RESUMED,
  tag,
  summary: 'When an OpenFeature client is to ask for all flags again',
  details:
    'Each event is `{"type":"refetchEvaluation"}` (OpenFeature\'s ADR 0008). The answer to all flags names its URL.',
  answers: ANSWERS,
};
