import { spawnSync } from 'node:child_process';
import { z } from 'zod';
import { createTestGateway } from '../../testing/start-test-gateway';
import { isSubtree } from '../route';
import { shapeOf } from './path-names';

/** The REST contract. */
const CONTRACT = [
  'POST /auth/register',
  'POST /auth/login',
  'POST /auth/refresh',
  'POST /auth/logout',
  'POST /auth/password',
  'GET /auth/me',
  'PUT /auth/users/:userId/role',
  'GET /.well-known/jwks.json',
  'POST /products',
  'GET /products',
  'GET /products/:productId',
  'PATCH /products/:productId',
  'POST /products/:productId/stock-adjustments',
  'POST /reservations/:productId',
  'POST /reservations',
  'POST /reservations/confirm/:reservationId',
  'POST /reservations/:reservationId/confirm',
  'POST /reservations/cancel/:reservationId',
  'POST /reservations/:reservationId/cancel',
  'POST /reservations/extend/:reservationId',
  'POST /reservations/:reservationId/extend',
  'POST /reservations/revive/:reservationId',
  'POST /reservations/:reservationId/revive',
  'POST /reservations/return/:reservationId',
  'POST /reservations/:reservationId/return',
  'GET /reservations',
  'GET /reservations/:reservationId',
  'GET /healthz',
  'GET /readyz',
  'GET /api-docs',
  'GET /openapi.json',
];

const { table, document, app } = createTestGateway();

const response = z.object({ headers: z.record(z.string(), z.unknown()).optional() });
const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ operationId: z.string(), responses: z.record(z.string(), response) }),
    ),
  ),
});
const { paths, openapi } = documentSchema.parse(document);

const documented = Object.entries(paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, '{}')}`),
);

describe('the OpenAPI document', () => {
  it('the document is valid OpenAPI 3.1', () => {
    // The validator is an ES module, which Jest cannot load without an experimental flag.
    const script = `
      import { Validator } from '@seriousme/openapi-schema-validator';
      let text = '';
      for await (const chunk of process.stdin) text += chunk;
      const { valid, errors } = await new Validator().validate(JSON.parse(text));
      console.log(JSON.stringify({ valid, errors }));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: __dirname,
      input: JSON.stringify(document),
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toEqual({ valid: true });
    expect(openapi).toMatch(/^3\.1\./);
  });

  it('the document describes exactly the mounted routes', () => {
    const mounted = app.router.stack.flatMap(({ route }) =>
      route === undefined
        ? []
        : route.stack
            .filter(({ method }) => method !== undefined)
            .map(({ method }) => `${method.toUpperCase()} ${shapeOf(route.path)}`),
    );
    const subtrees = table.filter(isSubtree).map(({ path }) => `GET ${path}`);
    expect([...mounted, ...subtrees].sort()).toEqual([...documented].sort());
  });

  it('the document has every route of the contract', () => {
    const routes = CONTRACT.map((route) => shapeOf(route));
    expect(documented).toEqual(expect.arrayContaining(routes));
  });

  it('no two paths differ only in their parameter names, which OpenAPI forbids', () => {
    const shapes = Object.keys(paths).map((path) => path.replace(/\{\w+\}/g, '{}'));
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('every 429 documents its headers', () => {
    const answers = Object.values(paths)
      .flatMap((item) => Object.values(item))
      .flatMap(({ responses }) => responses['429'] ?? []);
    expect(answers.length).toBeGreaterThan(0);
    for (const { headers = {} } of answers) {
      expect(Object.keys(headers)).toEqual(['Retry-After', 'RateLimit-Policy', 'RateLimit']);
    }
  });

  it('operation ids are unique', () => {
    const ids = table.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** The data of an example event. */
const dataOf = (example: unknown): unknown =>
  JSON.parse(/^data: (.*)$/m.exec(String(example))?.[1] ?? 'null');

describe('the route table', () => {
  it('no literal path is shadowed by an earlier parameter', () => {
    const shadowed = table.filter((later, index) =>
      table.slice(0, index).some((earlier) => {
        const pattern = new RegExp(`^${earlier.path.replace(/:\w+/g, '[^/]+')}$`);
        return (
          earlier.method === later.method &&
          earlier.path !== later.path &&
          pattern.test(later.path.replace(/:\w+/g, ':'))
        );
      }),
    );
    expect(shadowed).toEqual([]);
  });

  it.each(table.map((entry) => [entry.operationId, entry] as const))(
    '%s has a schema for each path parameter, and examples that match its schemas',
    (_operationId, { path, request, requestExamples = {}, responses }) => {
      const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
      expect(Object.keys(request.path?.shape ?? {})).toEqual(parameters);
      for (const { value } of Object.values(requestExamples)) {
        expect(request.body?.safeParse(value)).toMatchObject({ success: true });
      }
      for (const { schema, event, example } of Object.values(responses)) {
        const said = event === undefined ? example : dataOf(example);
        if (said !== undefined) expect((schema ?? event)?.parse(said)).toEqual(said);
      }
    },
  );
});
