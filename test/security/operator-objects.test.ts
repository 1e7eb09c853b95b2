import { ACCESS_TABLE } from './rest-edge/access-table';
import {
  findOperation,
  fullBody,
  isFreeForm,
  placesIn,
  toPointer,
  withValue,
} from './rest-edge/bodies';
import { expectRefused } from './rest-edge/expect-refused';
import { sendAs } from './rest-edge/send';
import { type EdgeWorld, startEdgeWorld, verdictOf } from './rest-edge/world';

// Goal: no part of a request can be an expression for the store. Method: replaces every field of
// every body in the OpenAPI document, every query parameter and every path parameter by operators
// in all forms that parsers know, as a caller with access. Each is refused with a problem that
// names it, and the databases stay unchanged. Pages that ignore their query return the same
// response with operators as without.

const OPERATORS = [
  { $gt: '' },
  { $ne: null },
  { $regex: '.*' },
  { $where: '1' },
  { $expr: { $eq: [1, 1] } },
  { a: { b: { $ne: null } } },
  [{ $gt: '' }],
  [['x']],
  [],
];
/** Whether it is an object of texts, which is data where clients choose the keys. */
const isText = (operator: object): boolean =>
  !Array.isArray(operator) && Object.values(operator).every((value) => typeof value === 'string');

/** Subtrees of pages, which read no input. */
const SUBTREES: ReadonlySet<string> = new Set(['GET /api-docs', 'GET /admin/queues', 'GET /live']);
/** Pages opened by links, which ignore unknown query parameters. */
const IGNORES_QUERY: ReadonlySet<string> = new Set([
  'GET /',
  'GET /openapi.json',
  'GET /errors',
  'GET /admin/sign-in',
  'GET /account/password',
  'GET /account/email',
]);
const ROWS = Object.keys(ACCESS_TABLE).filter((row) => !row.includes('('));

let world: EdgeWorld;

beforeAll(async () => {
  world = await startEdgeWorld();
});

afterAll(() => world.stop());

/** A form has only text, and OAuth ignores fields that it does not know (RFC 6749, 3.2). */
const TAKES_FORM = 'POST /oauth/token';

describe.each(ROWS.filter((row) => !row.startsWith('GET') && row !== TAKES_FORM))('%s', (row) => {
  it('operators in the body are refused', async () => {
    const full = fullBody(world, findOperation(world.document, row));
    await expectRefused(world, row, (good) => {
      const body = { ...full, ...good.body };
      const inFields = placesIn(body).flatMap((place) =>
        OPERATORS.filter((operator) => !(isFreeForm(place) && isText(operator))).map(
          (operator) => ({
            request: { ...good, body: withValue(body, place, operator) },
            pointer: toPointer(place),
          }),
        ),
      );
      const asFields = ['$gt', '$where', '$set', 'a.b', 'a[$ne]'].map((field) => ({
        request: { ...good, body: { ...body, [field]: '' } },
        pointer: `/${field}`,
      }));
      return [...inFields, ...asFields];
    });
  });
});

describe.each([...IGNORES_QUERY])('%s', (row) => {
  it('operators in the query do not change the response', async () => {
    const before = await world.readState();
    const ask = async (query: string) => {
      const { status, body } = await sendAs(world, 'nobody', row, {
        path: `${row.slice('GET '.length)}${query}`,
      });
      return { status, body };
    };
    const plain = await ask('');
    for (const query of ['?email[$ne]=x', '?_id%5B%24regex%5D=.*', '?__proto__[role]=ADMIN']) {
      expect(await ask(query)).toEqual(plain);
    }
    expect(await world.readState()).toEqual(before);
  });
});

describe.each(ROWS.filter((row) => !SUBTREES.has(row) && !IGNORES_QUERY.has(row)))('%s', (row) => {
  it('operators in the query are refused', async () => {
    const { queryNames } = findOperation(world.document, row);
    const names = [...queryNames, 'email', '_id', '__proto__'];
    await expectRefused(world, row, (good) => {
      const ask = (query: string, pointer: string) => ({
        request: { ...good, path: `${good.path}?${query}` },
        pointer: `/query/${pointer}`,
      });
      return names.flatMap((name) => [
        ask(`${name}[$ne]=x`, `${name}[$ne]`),
        ask(`${name}[$gt]=`, `${name}[$gt]`),
        ask(`${name}%5B%24regex%5D=.*`, `${name}[$regex]`),
        ask(`${name}[]=x`, `${name}[]`),
        ask(`${name}[__proto__][role]=ADMIN`, `${name}[__proto__][role]`),
        ask(`${name}.$ne=x`, `${name}.$ne`),
        ask(`${name}=x&${name}=y`, name),
      ]);
    });
  });
});

/** A UUID, or the id of an API client. */
const ID = /[0-9a-f]{8}-[0-9a-f-]{27}|(?<=^\/api-clients\/)[a-z0-9]+/;

describe.each(ROWS.filter((row) => row.includes('{')))('%s', (row) => {
  it('operators in a path parameter are refused', async () => {
    const segments = [
      ...OPERATORS.map((operator) => encodeURIComponent(JSON.stringify(operator))),
      '$where',
      '%24ne',
      '[$ne]',
      '__proto__',
      '%2e%2e%2f',
    ];
    await expectRefused(world, row, (good) =>
      segments.map((segment) => ({
        request: {
          ...good,
          path: good.path.replace(ID, segment),
        },
        pointer: /^\/path\/\w+$/,
      })),
    );
  });
});

describe('operator text as a query value', () => {
  it.each([
    ['GET /products', 'available'],
    ['GET /products', 'pageSize'],
    ['GET /products', 'pageToken'],
    ['GET /reservations', 'status'],
    ['GET /reservations', 'pageSize'],
    ['GET /reservations', 'pageToken'],
  ])('operator text as a query value is refused: %s %s', async (row, name) => {
    const path = row.split(' ')[1] ?? '';
    for (const operator of OPERATORS) {
      const text = JSON.stringify(operator);
      for (const value of [text, Buffer.from(text).toString('base64url')]) {
        const request = { path: `${path}?${name}=${encodeURIComponent(value)}` };
        const answer = await sendAs(world, 'owner', row, request);
        const wanted = name === 'pageToken' ? 'INVALID_PAGE_TOKEN' : 'INVALID_REQUEST';
        expect([value, verdictOf(answer)]).toEqual([value, `400 ${wanted}`]);
      }
    }
  });
});

describe('operator text as a credential', () => {
  it('operator text as a credential is refused', async () => {
    const before = await world.readState();
    const { email } = world.owner;
    const attempts: readonly (readonly [string, object, string])[] = OPERATORS.slice(0, 4).flatMap(
      (operator) => {
        const text = JSON.stringify(operator);
        return [
          ['/auth/login', { email: text, password: text }, '401 INVALID_CREDENTIALS'],
          ['/auth/login', { email, password: text }, '401 INVALID_CREDENTIALS'],
          ['/auth/refresh', { refreshToken: text }, '401 INVALID_REFRESH_TOKEN'],
          ['/auth/logout', { refreshToken: text }, '204'],
        ] as const;
      },
    );

    for (const [path, body, expected] of attempts) {
      expect([path, verdictOf(await world.shop.rest('POST', path, { body }))]).toEqual([
        path,
        expected,
      ]);
    }

    expect(await world.readState()).toEqual(before);
  });
});
