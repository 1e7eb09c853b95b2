import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FieldViolation, invalidRequest } from '@flashreserve/rpc';
import { z } from 'zod';
import type { RequestInput, Route } from '../route';
import { jsonObject } from '../schemas/common.schemas';
import { readJsonBody } from './json-body';
import { parseQuery } from './query-string';

/** Maximum number of wrong fields listed in a response. */
const VIOLATIONS_MAX = 20;

const escapePointer = (part: PropertyKey): string =>
  String(part).replaceAll('~', '~0').replaceAll('/', '~1');

const toPointer = (root: string, path: readonly PropertyKey[]): string =>
  [root, ...path.map(escapePointer)].join('/');

/** Maps zod's issues to field violations with JSON pointers; an unknown field is named itself. */
const toViolations = (error: z.ZodError, root: string): FieldViolation[] =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          field: toPointer(root, [...issue.path, key]),
          description: 'is not a known field',
        }))
      : [{ field: toPointer(root, issue.path), description: issue.message }],
  );

/** For routes without a body, which accept none or an empty object. */
const NO_BODY = jsonObject({}).optional();
const NOTHING = z.strictObject({});

/** Drops empty parameters (`?pageSize=&pageToken=`) that the route knows: they count as omitted. */
const withoutEmpty = (
  query: Readonly<Record<string, string>>,
  schema: z.ZodObject,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(query).filter(
      ([name, value]) => value !== '' || !Object.hasOwn(schema.shape, name),
    ),
  );

const pickHeaders = (
  req: IncomingMessage,
  schema: z.ZodObject,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, req.headers[name.toLowerCase()]]),
  );

/** Reads and validates the input of a route. */
export type InputReader = (
  req: IncomingMessage,
  res: ServerResponse,
  /** Decoded path parameters. */
  params: Readonly<Record<string, unknown>>,
  /** Time by which the body must be complete. */
  deadline: Date,
) => Promise<RequestInput>;

/**
 * Creates the input reader of a route. Parts that the route does not have and the request does not
 * send cost nothing.
 *
 * The reader throws DomainError INVALID_REQUEST naming all wrong fields in path, query, headers and
 * body, or as `readJsonBody`.
 */
export const createInputReader = (route: Route): InputReader => {
  const { path, query = NOTHING, headers, body = NO_BODY } = route.request;
  const hasQuery = route.request.query !== undefined;
  const ignoresQuery = route.ignoresQuery === true;
  const takesBody = route.method !== 'get';
  return async (req, res, params, deadline) => {
    const url = req.url ?? '';
    const violations: FieldViolation[] = [];
    const check = (schema: z.ZodType, value: unknown, root: string): unknown => {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      violations.push(...toViolations(result.error, root));
      return undefined;
    };
    const parameters =
      !ignoresQuery && (hasQuery || url.includes('?'))
        ? withoutEmpty(parseQuery(url), query)
        : undefined;
    const sent = takesBody ? await readJsonBody(req, res, deadline) : undefined;
    const input = {
      path: path && check(path, params, '/path'),
      query: parameters && check(query, parameters, '/query'),
      headers: headers && check(headers, pickHeaders(req, headers), '/headers'),
      body: takesBody ? check(body, sent, '') : undefined,
    };
    if (violations.length > 0) {
      throw invalidRequest(
        violations.slice(0, VIOLATIONS_MAX).map(({ field, description }) => ({
          field: field.startsWith('/headers/') ? field.toLowerCase() : field,
          description,
        })),
      );
    }
    return input as RequestInput;
  };
};
