import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** The part of JSON Schema that the document uses for requests. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const jsonSchema = z.custom<JsonSchema>((value) => typeof value === 'object' && value !== null);
const content = z.record(
  z.string(),
  z.object({ schema: jsonSchema, examples: z.record(z.string(), z.unknown()).optional() }),
);
const operation = z.object({
  operationId: z.string(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.enum(['path', 'query', 'header']) }))
    .default([]),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: z.record(z.string(), jsonSchema) }),
});

export interface Operation {
  readonly operationId: string;
  /** In upper case. */
  readonly method: string;
  /** For example `/products/{productId}`. */
  readonly template: string;
  readonly queryNames: readonly string[];
  readonly headerNames: readonly string[];
  readonly bodySchema: JsonSchema | undefined;
}

export interface ApiDocument {
  readonly operations: readonly Operation[];
  readonly resolve: (schema: JsonSchema) => JsonSchema;
  /** Differences between a response and the document, as sentences; empty if there are none. */
  readonly complaints: (
    operation: Operation,
    answer: { readonly status: number; readonly contentType: string; readonly body: unknown },
  ) => readonly string[];
  /** The same for problems of requests that match no operation. */
  readonly problemComplaints: (body: unknown) => readonly string[];
}

const DOCUMENT = 'openapi';
const PROBLEM_TYPE = 'application/problem+json';
const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

const reasonOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'reason' in body ? String(body.reason) : '(none)';

/** Reads an OpenAPI document like a client, and checks responses against it. */
export const readDocument = (json: object): ApiDocument => {
  const document = documentSchema.parse(json);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(json, DOCUMENT);
  const check = (pointer: string, body: unknown): readonly string[] => {
    const validate = ajv.getSchema(`${DOCUMENT}#${pointer}`);
    if (validate === undefined) return [`the document has nothing at ${pointer}`];
    return validate(body) ? [] : [ajv.errorsText(validate.errors)];
  };
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const named = (place: string): string[] =>
        described.parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
      return {
        operationId: described.operationId,
        method: method.toUpperCase(),
        template,
        queryNames: named('query'),
        headerNames: named('header'),
        bodySchema: described.requestBody?.content['application/json']?.schema,
      };
    }),
  );
  return {
    operations,
    resolve: (schema) => {
      const name = schema.$ref?.split('/').at(-1);
      return (name === undefined ? undefined : document.components.schemas[name]) ?? schema;
    },
    complaints: ({ template, method, operationId }, { status, contentType, body }) => {
      const described = document.paths[template]?.[method.toLowerCase()]?.responses[String(status)];
      if (described === undefined) return [`${operationId} does not document ${status}`];
      const type = contentType.split(';', 1)[0] ?? '';
      const wanted = described.content?.[type];
      if (described.content === undefined) return type === '' ? [] : [`unexpected ${type}`];
      if (wanted === undefined) return [`${operationId} does not document ${type} for ${status}`];
      if (type === PROBLEM_TYPE && wanted.examples?.[reasonOf(body)] === undefined) {
        return [`${operationId} does not document ${reasonOf(body)} for ${status}`];
      }
      const place = ['paths', template, method.toLowerCase(), 'responses', String(status)];
      const path = [...place, 'content', type, 'schema'].map(escapePointer);
      return check(`/${path.join('/')}`, body);
    },
    problemComplaints: (body) => check('/components/schemas/Problem', body),
  };
};
