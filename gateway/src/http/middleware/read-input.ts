import type { FieldViolation } from '@flashreserve/platform/errors';
import { invalidRequest } from '@flashreserve/platform/errors';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { RequestInput, Route } from '../route';
import { jsonObject } from '../schemas/common.schemas';
import { readJsonBody } from './json-body';
import { parseQuery } from './query-string';

/** Longest list of wrong fields in one answer. */
const VIOLATIONS_MAX = 20;

const escapePointer = (part: PropertyKey): string =>
  String(part).replaceAll('~', '~0').replaceAll('/', '~1');

const toPointer = (root: string, path: readonly PropertyKey[]): string =>
  [root, ...path.map(escapePointer)].join('/');

/** Turns zod's issues into field violations with JSON pointers; an unknown field is named itself. */
const toViolations = (error: z.ZodError, root: string): FieldViolation[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          field: toPointer(root, [...issue.path, key]),
          description: 'is not a known field',
        }))
      : [{ field: toPointer(root, issue.path), description: issue.message }],
  );

/** For routes without a body: clients may send none, or an empty object. */
const NO_BODY = jsonObject({}).optional();
const NOTHING = z.strictObject({});

/** An empty parameter (`?pageSize=&pageToken=`) is one that was not given, if the route knows it at all. */
const withoutEmpty = (
  query: Readonly<Record<string, string>>,
  schema: z.ZodObject,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(query).filter(
      ([name, value]) => value !== '' || !Object.hasOwn(schema.shape, name),
    ),
  );

const pickHeaders = (req: Request, schema: z.ZodObject): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, req.headers[name.toLowerCase()]]),
  );

/**
 * Reads everything that a route takes from its request.
 *
 * @throws DomainError INVALID_REQUEST that names every wrong field wherever it stands, or what `readJsonBody` throws
 */
export const readInput = async (
  route: Route,
  req: Request,
  res: Response,
): Promise<RequestInput> => {
  const { path = NOTHING, query = NOTHING, headers = NOTHING, body = NO_BODY } = route.request;
  const takesBody = route.method !== 'get';
  const parts = {
    path: { schema: path, value: req.params, root: '/path' },
    query: { schema: query, value: withoutEmpty(parseQuery(req.url), query), root: '/query' },
    headers: { schema: headers, value: pickHeaders(req, headers), root: '/headers' },
    body: {
      schema: body,
      value: takesBody ? await readJsonBody(req, res) : undefined,
      root: '',
    },
  };
  const violations: FieldViolation[] = [];
  const input: Record<string, unknown> = {};
  for (const [name, { schema, value, root }] of Object.entries(parts)) {
    const result = schema.safeParse(value);
    if (result.success) input[name] = result.data;
    else violations.push(...toViolations(result.error, root));
  }
  if (violations.length > 0) {
    throw invalidRequest(
      violations.slice(0, VIOLATIONS_MAX).map(({ field, description }) => ({
        field: field.startsWith('/headers/') ? field.toLowerCase() : field,
        description,
      })),
    );
  }
  return input as unknown as RequestInput;
};
