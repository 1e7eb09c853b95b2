import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FieldViolation, invalidRequest, reportedPath } from '@flashreserve/rpc';
import { z } from 'zod';
import type { RequestInput, Route } from '../route';
import { jsonObject } from '../schemas/common.schemas';
import { readBodyBytes, takeBodyBytes } from './body-bytes';
import { parseFormBody } from './form-body';
import { parseJsonBody } from './json-body';
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
      : [{ field: toPointer(root, reportedPath(issue)), description: issue.message }],
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

/** Creates a function that picks the headers of a schema from a request. */
const createHeaderPicker = (
  schema: z.ZodObject,
): ((req: IncomingMessage) => Readonly<Record<string, unknown>>) => {
  const names = Object.keys(schema.shape).map((name) => [name, name.toLowerCase()] as const);
  return ({ headers }) =>
    Object.fromEntries(names.map(([name, inLowerCase]) => [name, headers[inLowerCase]]));
};

/** Reads and validates the input of a route; at once if the body has arrived. */
export type InputReader = (
  req: IncomingMessage,
  res: ServerResponse,
  /** Decoded path parameters. */
  params: Readonly<Record<string, unknown>>,
  /** Time by which the body must be complete. */
  deadline: Date,
) => RequestInput | Promise<RequestInput>;

/**
 * Creates the input reader of a route. Parts that the route does not have and the request does not
 * send cost nothing.
 *
 * The reader throws DomainError INVALID_REQUEST naming all wrong fields in path, query, headers and
 * body, or as `readBodyBytes` and the body's parser.
 */
export const createInputReader = (route: Route): InputReader => {
  const { path, query = NOTHING, headers, body = NO_BODY } = route.request;
  const pickHeaders = headers && createHeaderPicker(headers);
  const hasQuery = route.request.query !== undefined;
  const ignoresQuery = route.ignoresQuery === true;
  const takesBody = route.method !== 'get';
  const parseBody = route.takesForm === true ? parseFormBody : parseJsonBody;
  const readParts = (
    req: IncomingMessage,
    params: Readonly<Record<string, unknown>>,
    parameters: Readonly<Record<string, string>> | undefined,
    bytes: Buffer | undefined,
  ): RequestInput => {
    const violations: FieldViolation[] = [];
    const check = (schema: z.ZodType, value: unknown, root: string): unknown => {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      violations.push(...toViolations(result.error, root));
      return undefined;
    };
    const sent = bytes && parseBody(req, bytes);
    const input = {
      path: path && check(path, params, '/path'),
      query: parameters && check(query, parameters, '/query'),
      headers: headers && check(headers, pickHeaders?.(req), '/headers'),
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
  return (req, res, params, deadline) => {
    const url = req.url ?? '';
    const parameters =
      !ignoresQuery && (hasQuery || url.includes('?'))
        ? withoutEmpty(parseQuery(url), query)
        : undefined;
    if (!takesBody) return readParts(req, params, parameters, undefined);
    const arrived = takeBodyBytes(req);
    if (arrived !== undefined) return readParts(req, params, parameters, arrived);
    return readBodyBytes(req, res, deadline).then((bytes) =>
      readParts(req, params, parameters, bytes),
    );
  };
};
