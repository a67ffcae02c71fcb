import type { SchemaObject } from '@nestjs/swagger';

export const FLAG_VALUE: SchemaObject = {
  oneOf: [{ type: 'boolean' }, { type: 'string' }, { type: 'number' }],
};

export const USER: SchemaObject = {
  type: 'object',
  description: 'Attributes by name; of a list only its texts are kept.',
  additionalProperties: {
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'array', items: { type: 'string' } }],
  },
  example: { Identifier: 'ada', Email: 'ada@example.com', plan: 'pro' },
};

const EVALUATION: SchemaObject = {
  type: 'object',
  required: ['value', 'variationId'],
  properties: { value: FLAG_VALUE, variationId: { type: 'string' } },
  example: { value: true, variationId: '1f3c2a9b' },
};

/** Of a flag in a list: one that failed has no value. */
const EVALUATION_OR_FAILURE: SchemaObject = {
  ...EVALUATION,
  properties: { value: { ...FLAG_VALUE, nullable: true }, variationId: { type: 'string' } },
};

const OFREP_FLAG: SchemaObject = {
  type: 'object',
  required: ['key', 'reason', 'variant', 'value'],
  properties: {
    key: { type: 'string' },
    reason: { type: 'string', enum: ['TARGETING_MATCH', 'DEFAULT'] },
    variant: { type: 'string' },
    value: FLAG_VALUE,
  },
};

const ERROR_CODE: SchemaObject = {
  type: 'string',
  enum: ['INVALID_CONTEXT', 'GENERAL', 'FLAG_NOT_FOUND'],
};

const OFREP_FLAG_ERROR: SchemaObject = {
  type: 'object',
  required: ['key', 'errorCode', 'errorDetails'],
  properties: {
    key: { type: 'string' },
    errorCode: ERROR_CODE,
    errorDetails: { type: 'string' },
  },
};

const EVENT_STREAM: SchemaObject = {
  type: 'object',
  required: ['type', 'url'],
  properties: { type: { type: 'string', enum: ['sse'] }, url: { type: 'string', format: 'uri' } },
};

/** Bodies, by what they are. */
export const SCHEMAS = {
  question: {
    type: 'object',
    properties: { key: { type: 'string' }, user: { ...USER, nullable: true } },
  },
  userQuestion: { type: 'object', properties: { user: { ...USER, nullable: true } } },
  ofrepQuestion: {
    type: 'object',
    properties: {
      context: { ...USER, description: '`targetingKey` is the `Identifier`.', nullable: true },
    },
  },
  evaluation: EVALUATION,
  evaluations: { type: 'object', additionalProperties: EVALUATION_OR_FAILURE },
  keys: {
    type: 'object',
    required: ['keys'],
    properties: { keys: { type: 'array', items: { type: 'string' } } },
  },
  user: { type: 'object', required: ['user'], properties: { user: USER } },
  ofrepFlag: OFREP_FLAG,
  ofrepFlagError: OFREP_FLAG_ERROR,
  ofrepFlags: {
    type: 'object',
    required: ['flags'],
    properties: {
      flags: { type: 'array', items: { oneOf: [OFREP_FLAG, OFREP_FLAG_ERROR] } },
      eventStreams: { type: 'array', items: EVENT_STREAM },
    },
  },
  ofrepError: {
    type: 'object',
    required: ['errorDetails'],
    properties: { errorCode: ERROR_CODE, errorDetails: { type: 'string' } },
  },
  object: { type: 'object' },
  text: { type: 'string' },
} as const satisfies Readonly<Record<string, SchemaObject>>;
