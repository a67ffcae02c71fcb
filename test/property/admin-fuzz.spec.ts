import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { isJsonObject } from '../../src/engage/json-value.js';
import { ADMIN, WITH_ADMIN } from '../support/admin.js';
import { entries, track } from '../support/builders.js';
import { request, type HttpAnswer } from '../support/http-answer.js';
import { TestBed } from '../support/test-bed.js';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Json;
  }[];
  readonly body: Json | undefined;
  /** Of its answers, by status; undefined: no body. */
  readonly answers: ReadonlyMap<string, ValidateFunction | undefined>;
}

const RUNS = 50;
/** It never ends. */
const ENDLESS = '/admin/v1/events';
const bed = new TestBed(WITH_ADMIN);
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

let operations: readonly Operation[] = [];
/** What there is, so that not everything is 404. */
let known: Readonly<Record<string, readonly string[]>> = {};

beforeAll(async () => {
  await bed.send([...entries(3, { key: 'fuzzed' }), track({ key: 'left', isMember: false })]);
  await bed.send({ type: 'identify', userId: 'rejected' });
  await bed.rows.query(
    `insert into segment (product, name, definition, created_by, updated_by)
     values ('default', 'Simple', '{"comparisonAttribute":"x","comparator":"contains","comparisonValue":"y"}', 'a', 'a')`,
  );
  // One that no segment refers to.
  await bed.rows.query(
    `insert into audience (id, destination, context_kind, name, attribute)
     values (1099511627799, 'dest', 'user', 'Unbound', 'Identifier')`,
  );
  const idsOf = async (table: string): Promise<string[]> => {
    const rows = await bed.rows.query<{ id: string }>(`select id::text from ${table}`);
    return rows.map(({ id }) => id);
  };
  known = {
    id: await idsOf('audience'),
    segmentId: await idsOf('segment'),
    product: ['default'],
    sdkId: ['default'],
    key: ['user_0', 'audience_fuzzed'],
  };
  const { body } = await request(`${bed.base}/admin/openapi.json`);
  // What is deleted can not be asked for.
  operations = operationsOf(body).toSorted(
    (a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'),
  );
});

/** A member that must be an object. */
function at(json: unknown, ...path: readonly string[]): Json {
  let found = json;
  for (const name of path) found = isJsonObject(found) ? found[name] : undefined;
  return isJsonObject(found) ? found : {};
}

function operationsOf(document: unknown): Operation[] {
  const schemas = at(document, 'components', 'schemas');
  const strict = (schema: unknown): unknown => strictSchema(schema, schemas);
  return Object.entries(at(document, 'paths'))
    .filter(([path]) => path !== ENDLESS)
    .flatMap(([path, item]) =>
      Object.entries(at(item)).map(([method, operation]) => {
        const parameters = at(operation)['parameters'];
        const answers = Object.entries(at(operation, 'responses')).map(([status, response]) => {
          const [content] = Object.values(at(response, 'content'));
          const schema = isJsonObject(content) ? content['schema'] : undefined;
          return [
            status,
            schema === undefined ? undefined : ajv.compile(Object(strict(schema))),
          ] as const;
        });
        const body = at(operation, 'requestBody', 'content', 'application/json')['schema'];
        return {
          method: method.toUpperCase(),
          path,
          parameters: Array.isArray(parameters) ? parameters : [],
          body: isJsonObject(body) ? at(resolved(body, schemas)) : undefined,
          answers: new Map(answers),
        };
      }),
    );
}

function resolved(schema: Json, schemas: Json): Json {
  const { $ref: reference } = schema;
  if (typeof reference !== 'string') {
    return Object.fromEntries(
      Object.entries(schema).map(([name, value]) => [
        name,
        Array.isArray(value)
          ? value.map((item: unknown) => (isJsonObject(item) ? resolved(item, schemas) : item))
          : isJsonObject(value)
            ? resolved(value, schemas)
            : value,
      ]),
    );
  }
  return resolved(at(schemas, reference.split('/').at(-1) ?? ''), schemas);
}

/** As JSON schema has it: null said so, and no member that is not named. */
function strictSchema(schema: unknown, schemas: Json): unknown {
  if (Array.isArray(schema)) return schema.map((item: unknown) => strictSchema(item, schemas));
  if (!isJsonObject(schema)) return schema;
  if (typeof schema['$ref'] === 'string') return strictSchema(resolved(schema, schemas), schemas);
  const { nullable, ...rest } = schema;
  const inner = Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [
      name,
      name === 'enum' || name === 'required' ? value : strictSchema(value, schemas),
    ]),
  );
  const isClosed = isJsonObject(rest['properties']) && rest['additionalProperties'] === undefined;
  const strict = isClosed ? { ...inner, additionalProperties: false } : inner;
  return nullable === true ? { anyOf: [strict, { type: 'null' }] } : strict;
}

/** Odd texts of all kinds. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    '../..',
    '%',
    "'; drop table audience; --",
    'x'.repeat(300),
  ),
  fc.constantFrom('true', 'false', '0', '-1', '7', '1e9', 'NaN', '2024-05-03T19:42:50Z', 'WzFd'),
);

/** What fits a schema, mostly. */
function valueOf(schema: Json): fc.Arbitrary<unknown> {
  const right = rightValueOf(schema);
  return fc.oneof(
    { weight: 12, arbitrary: right },
    { weight: 1, arbitrary: oddText },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

function rightValueOf(schema: Json): fc.Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  if (Array.isArray(schema['allOf'])) return rightValueOf(at(schema['allOf'][0]));
  switch (schema['type']) {
    case 'integer':
      return fc.integer({ min: 1, max: 1_000 });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueOf(at(schema, 'items')), { maxLength: 3 });
    case 'object': {
      const properties = Object.entries(at(schema, 'properties'));
      const required = Array.isArray(schema['required']) ? schema['required'] : [];
      const members = properties.map(([name, value]) => {
        const arbitrary = valueOf(at(value));
        const isRequired = required.includes(name);
        return [name, isRequired ? arbitrary : fc.option(arbitrary, { nil: undefined, freq: 2 })];
      });
      return fc.record(Object.fromEntries(members));
    }
    default:
      return fc.oneof(
        fc.constantFrom(...Object.values(known).flat()),
        fc.string({ minLength: 1, maxLength: 10 }),
        oddText,
      );
  }
}

/** Bodies that are right as they are: what a definition is can't be said by a schema. */
const DEFINITION = { comparisonAttribute: 'x', comparator: 'numberLess', comparisonValue: '7' };
const EXAMPLES: readonly (readonly [path: RegExp, body: fc.Arbitrary<unknown>])[] = [
  [/preview$/, fc.constant(DEFINITION)],
  [/explain$/, fc.constant({ key: 'audience_fuzzed', user: { Identifier: 'user_0' } })],
  [
    /segments(\/\{segmentId\})?$/,
    fc.uuid().map((uuid) => ({ name: `Segment ${uuid}`, ...DEFINITION })),
  ],
];

function exampleFor(path: string): fc.Arbitrary<unknown> | undefined {
  return EXAMPLES.find(([pattern]) => pattern.test(path))?.[1];
}

function rightBodyOf({ path, body }: Operation): fc.Arbitrary<unknown> {
  return body === undefined ? fc.constant(undefined) : (exampleFor(path) ?? rightValueOf(body));
}

function bodyOf({ path, body }: Operation): fc.Arbitrary<unknown> {
  if (body === undefined) return fc.constant(undefined);
  const example = exampleFor(path);
  const odd = { weight: 3, arbitrary: valueOf(body) };
  return example === undefined ? odd.arbitrary : fc.oneof(odd, { weight: 3, arbitrary: example });
}

const requestOf = (operation: Operation) =>
  fc.record({
    values: fc.tuple(
      ...operation.parameters.map(({ name, schema, in: place }) =>
        place === 'path'
          ? fc.oneof(
              { weight: 3, arbitrary: fc.constantFrom(...(known[name] ?? ['x'])) },
              { weight: 1, arbitrary: oddText.filter(isOneSegment) },
            )
          : fc.option(valueOf(at(schema)), { nil: undefined, freq: 2 }),
      ),
    ),
    body: bodyOf(operation),
    version: fc.constantFrom('"1"', '"1"', '"1"', '"2"', '', 'x'),
  });

/** What there is, and a body that is right: chance alone asks for it too rarely. */
const rightRequestOf = (operation: Operation) => ({
  values: operation.parameters.map(({ name, in: place }) =>
    place === 'path' ? (known[name]?.[0] ?? 'x') : undefined,
  ),
  body: fc.sample(rightBodyOf(operation), 1)[0],
  version: '"1"' as const,
});

it('answers whatever is asked as its document says, and never with 500', async () => {
  const seen = new Map<string, Set<number>>();
  for (const operation of operations) {
    const name = `${operation.method} ${operation.path}`;
    const statuses = new Set<number>();
    seen.set(name, statuses);
    await fc.assert(
      fc.asyncProperty(requestOf(operation), async ({ values, body, version }) => {
        const query = new URLSearchParams();
        let { path } = operation;
        for (const [index, { name: parameter, in: place }] of operation.parameters.entries()) {
          const value = values[index];
          if (value === undefined) continue;
          const text = wellFormed(typeof value === 'string' ? value : JSON.stringify(value));
          if (place === 'path') path = path.replace(`{${parameter}}`, encodeURIComponent(text));
          if (place === 'query') query.set(parameter, text);
        }
        const answer = await request(`${bed.base}${path}?${query.toString()}`, {
          method: operation.method,
          headers: {
            authorization: `Bearer ${ADMIN.token}`,
            'content-type': 'application/json',
            ...(version !== '' && { 'if-match': version }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        statuses.add(answer.status);
        expect(problemOf(operation, answer)).toBeUndefined();
      }),
      { numRuns: RUNS, examples: [[rightRequestOf(operation)]] },
    );
  }
  expect(operations.length).toBeGreaterThan(20);
  // Some of it was understood, everywhere.
  const never = [...seen].filter(([, statuses]) => ![...statuses].some((status) => status < 300));
  expect(never.map(([name]) => name)).toEqual([]);
}, 240_000);

/** What the document does not say of an answer; undefined: it fits. */
function problemOf({ method, path, answers }: Operation, answer: HttpAnswer): string | undefined {
  const { status, text, body } = answer;
  // An odd path may be another route's, or none's.
  if (status === 404 && !answers.has('404')) return undefined;
  const said = `${method} ${path} answers ${status}: ${text}`;
  if (status >= 500 || !answers.has(String(status))) return said;
  const validate = answers.get(String(status));
  if (validate === undefined) return text === '' ? undefined : said;
  return validate(body) ? undefined : `${said} (${ajv.errorsText(validate.errors)})`;
}

/** A URL has no place for half of a surrogate pair. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '?');
}

/** What a URL keeps as one part of its path. */
function isOneSegment(text: string): boolean {
  return !['', '.', '..'].includes(text);
}
