import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
  type SchemaObject,
} from '@nestjs/swagger';

/** One way a route answers. */
export interface Answer {
  readonly description: string;
  /** Missing: there is no body. */
  readonly content?: Readonly<Record<string, SchemaObject>>;
  /** What its headers are, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What stands in the OpenAPI document of a controller's method. */
export interface Description {
  readonly tag: string;
  readonly summary: string;
  readonly details?: string;
  /** Of the path, of the query and of the headers: what each is. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: SchemaObject;
  readonly answers: Readonly<Record<number, Answer>>;
}

const TEXT: SchemaObject = { type: 'string' };

export function Describe(description: Description): MethodDecorator {
  const { tag, summary, details, path = {}, query = {}, headers = {}, body, answers } = description;
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ summary, ...(details !== undefined && { description: details }) }),
    ...Object.entries(path).map(([name, text]) =>
      ApiParam({ name, description: text, schema: TEXT }),
    ),
    ...Object.entries(query).map(([name, text]) =>
      ApiQuery({ name, description: text, required: false, schema: TEXT }),
    ),
    ...Object.entries(headers).map(([name, text]) =>
      ApiHeader({ name, description: text, schema: TEXT }),
    ),
    ...(body === undefined ? [] : [ApiBody({ schema: body, required: false })]),
    ...Object.entries(answers).map(([status, answer]) => describeAnswer(Number(status), answer)),
  );
}

function describeAnswer(
  status: number,
  { description, content, headers }: Answer,
): MethodDecorator {
  return ApiResponse({
    status,
    description,
    ...(content !== undefined && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [type, { schema }]),
      ),
    }),
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, { description: text, schema: TEXT }]),
      ),
    }),
  });
}
