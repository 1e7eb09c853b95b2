import fc from 'fast-check';
import { hostileHeaderValue, hostileSegment } from '../values';
import type { Role, World } from '../world';
import { bodyFrom } from './body-arbitrary';
import type { RawRequest } from './client';
import type { ApiDocument, Operation } from './openapi';
import { fromSchema, type KnownValues } from './schema-arbitrary';

/** A request and what it was generated from. */
export interface BadRequest extends RawRequest {
  readonly kind: string;
}

/** Prints a request after a failed run, shortened if its body is large. */
export const describeRequest = ({ kind, method, path, headers, body }: BadRequest): string =>
  JSON.stringify({
    kind,
    request: `${method} ${path.slice(0, 300)}`,
    headers: headers.map(([name, value]) => `${name}: ${value.slice(0, 40)}`).slice(0, 10),
    body: body?.toString('latin1', 0, 300),
  });

type Header = readonly [string, string];

/** Password checks are deliberately slow, so the routes with one get fewer requests. */
const SLOW: ReadonlySet<string> = new Set(['register', 'login', 'createAdminSession']);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
/** Authorized callers come first and more often, because refusals of the others are all alike. */
const ROLES: readonly Role[] = [
  ...(['admin', 'admin', 'admin', 'customer', 'customer', 'customer'] as const),
  ...(['anonymous', 'service', 'garbage'] as const),
];

const CONTENT_TYPES = [
  'application/json; charset=utf-16',
  'application/json;charset=UTF-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/problem+json',
  'application/json, text/html',
  '__proto__',
  '',
];

const knownValues = (world: World): KnownValues => ({
  productId: world.productIds,
  reservationId: world.reservationIds,
  userId: [world.bystanderId],
  id: [...world.productIds, ...world.reservationIds],
  email: [world.buyer.email, 'nobody@example.test', 'x'],
  currency: ['USD', 'JPY', 'usd', 'XXX'],
  refreshToken: ['x', world.buyer.refreshToken.slice(0, -1)],
});

const pathOf = (operation: Operation, known: KnownValues): fc.Arbitrary<string> => {
  const parts = operation.template.split('/').map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...(known[name] ?? ['x'])).map(String) },
      { weight: 1, arbitrary: fc.uuid() },
      { weight: 2, arbitrary: hostileSegment },
    );
  });
  const path = fc.tuple(...parts).map((texts) => texts.join('/'));
  return fc
    .tuple(
      path,
      fc.oneof({ weight: 40, arbitrary: fc.constant('') }, fc.constantFrom('/', '//', '/x', '%2f')),
    )
    .map(([text, end]) => `${text}${end}`);
};

const queryOf = ({ queryNames }: Operation): fc.Arbitrary<string> => {
  const name = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...queryNames, 'unknown') },
    fc.constantFrom('__proto__', 'constructor', 'a[$ne]', 'a[]', '%00', '%ff', '', '='),
  );
  const value = fc.oneof(
    fc.constantFrom(
      '1',
      '20',
      '0',
      '-1',
      '1.9',
      '1e308',
      '2147483648',
      '9007199254740993',
      'true',
      'false',
    ),
    fc.constantFrom(
      '',
      'PENDING',
      '%00',
      '%ff',
      '%',
      '%ED%A0%80',
      '{"$ne":null}',
      'a'.repeat(2_000),
    ),
    fc.constantFrom('e30', 'bnVsbA', 'eyJpZCI6eyIkbmUiOm51bGx9fQ', 'W10'),
  );
  const pair = fc.tuple(name, value).map(([left, right]) => `${left}=${right}`);
  const pairs = fc.array(pair, { minLength: 1, maxLength: 3 }).map((list) => `?${list.join('&')}`);
  const twice = pair.map((text) => `?${text}&${text}`);
  return fc.oneof(
    { weight: queryNames.length > 0 ? 2 : 12, arbitrary: fc.constant('') },
    pairs,
    twice,
  );
};

const headersOf = (operation: Operation): fc.Arbitrary<readonly Header[]> => {
  const name = fc.constantFrom(
    ...operation.headerNames.flatMap((header) => [header, header, header]),
    'x-request-id',
    'accept',
    'cookie',
    'range',
    'if-match',
    'content-encoding',
    'sec-fetch-site',
    'x-forwarded-for',
    'x-http-method-override',
    '__proto__',
    'constructor',
  );
  const one = fc.tuple(name, hostileHeaderValue);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: one.map((header) => [header]) },
    { weight: 1, arbitrary: one.map((header) => [header, header]) },
    { weight: 1, arbitrary: fc.constant([['x-big', 'x'.repeat(17_000)] as const]) },
    {
      weight: 1,
      arbitrary: fc.constant(
        Array.from({ length: 600 }, (_, index): Header => [`x-${index}`, 'y']),
      ),
    },
  );
};

const authorizationOf = (world: World, role: Role): fc.Arbitrary<readonly Header[]> => {
  const token = world.tokens[role];
  if (token === undefined) return fc.constant([]);
  const good: Header = ['authorization', `Bearer ${token}`];
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant([good]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<readonly Header[]>(
        [good, good],
        [['authorization', token]],
        [['authorization', `Basic ${token}`]],
        [['authorization', `Bearer ${token.slice(0, -2)}`]],
        [['authorization', `Bearer  ${token}`]],
        [['authorization', `Bearer ${token}, Bearer ${token}`]],
        [['authorization', 'Bearer']],
      ),
    },
  );
};

const requestOf = (
  world: World,
  document: ApiDocument,
  operation: Operation,
): fc.Arbitrary<BadRequest> => {
  const known = knownValues(world);
  const { bodySchema } = operation;
  const valid =
    bodySchema === undefined ? fc.constant({}) : fromSchema(bodySchema, { document, known });
  const authorization = fc.constantFrom(...ROLES).chain((role) => authorizationOf(world, role));
  const contentType = fc.oneof(
    { weight: 12, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES) },
  );
  const method = fc.oneof(
    { weight: 25, arbitrary: fc.constant(operation.method) },
    { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
  );
  const withBody =
    operation.method === 'GET'
      ? fc.option(bodyFrom(valid), { freq: 10, nil: undefined })
      : bodyFrom(valid);
  return fc
    .record({
      method,
      path: pathOf(operation, known),
      query: queryOf(operation),
      authorization,
      contentType,
      extra: headersOf(operation),
      body: withBody,
    })
    .map((parts): BadRequest => {
      const { body } = parts;
      const type = body === undefined ? [] : [['content-type', parts.contentType] as const];
      const request = {
        kind: operation.operationId,
        method: parts.method,
        path: `${parts.path}${parts.query}`,
        headers: [...parts.authorization, ...type, ...parts.extra],
        body,
      };
      return Object.assign(request, { [fc.toStringMethod]: () => describeRequest(request) });
    });
};

/** Requests to every route of the document, most of them invalid in one or two ways. */
export const badRequest = (world: World, document: ApiDocument): fc.Arbitrary<BadRequest> =>
  fc.oneof(
    ...document.operations.map((operation) => ({
      weight: SLOW.has(operation.operationId) ? 1 : 4,
      arbitrary: requestOf(world, document, operation),
    })),
  );
