import { RESERVATION } from '../testing/ask';
import { type Answer, send } from '../testing/http-client';
import { createTestGateway, startTestGateway } from '../testing/start-test-gateway';
import { ALLOWED_HEADERS, EXPOSED_HEADERS } from './cross-origin';

const SHOP = 'https://shop.example';
const ADMIN = 'http://localhost:5173';
const RESERVE = '/reservations/0198a1b3-0000-7000-8000-000000000001';

/** The CORS headers of a response. */
const grantsIn = ({ headers }: Answer): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control-')),
  );

const namesIn = (value: unknown): readonly string[] => String(value).toLowerCase().split(',');

describe('pages of other origins', () => {
  const reservation = { reserve: async () => ({ reservation: RESERVATION, replayed: false }) };
  let gateway: Awaited<ReturnType<typeof startTestGateway>>;

  beforeAll(async () => {
    gateway = await startTestGateway({ reservation, corsOrigins: [SHOP, ADMIN] });
  });
  afterAll(() => gateway.stop());

  const from = (origin: string | undefined, target: string, token?: string): Promise<Answer> =>
    send(gateway.port, target, {
      headers: origin === undefined ? {} : { origin },
      ...(token !== undefined && { token }),
    });
  const preflight = (origin: string, path: string): Promise<Answer> =>
    send(gateway.port, `OPTIONS ${path}`, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-other',
      },
    });

  it.each([
    ['GET /healthz', undefined, 200],
    [`POST ${RESERVE}`, 'customer', 201],
    [`POST ${RESERVE}`, undefined, 401],
    ['GET /nothing', undefined, 404],
  ])('a listed origin may read the response to %s (token %s)', async (target, token, status) => {
    for (const origin of [SHOP, ADMIN]) {
      const answer = await from(origin, target, token);
      expect(answer.status).toBe(status);
      expect(grantsIn(answer)).toEqual({
        'access-control-allow-origin': origin,
        'access-control-expose-headers': EXPOSED_HEADERS.join(','),
      });
    }
  });

  it.each([
    'null',
    'https://evil.example',
    'https://shop.example.evil.example',
    'https://sub.shop.example',
    'https://shop.example:8443',
    'http://shop.example',
    'https://SHOP.example',
    `${SHOP}, https://evil.example`,
    '*',
  ])('an origin that is not listed may not read responses: %s', async (origin) => {
    for (const answer of [
      await from(origin, 'GET /healthz'),
      await from(origin, `POST ${RESERVE}`, 'customer'),
      await preflight(origin, RESERVE),
    ]) {
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('a preflight is valid for ten minutes and never allows cookies', async () => {
    const answer = await preflight(SHOP, RESERVE);

    expect(answer.status).toBe(204);
    expect(grantsIn(answer)).toEqual({
      'access-control-allow-origin': SHOP,
      'access-control-allow-methods': 'GET,HEAD,POST,PUT,PATCH,DELETE',
      'access-control-allow-headers': ALLOWED_HEADERS.join(','),
      'access-control-expose-headers': EXPOSED_HEADERS.join(','),
      'access-control-max-age': '600',
    });
    expect((await preflight(SHOP, '/nothing')).status).toBe(404);
  });

  it('responses vary by origin, so that caches keep them apart', async () => {
    for (const origin of [undefined, SHOP, 'https://evil.example']) {
      expect((await from(origin, 'GET /healthz')).headers.vary).toContain('Origin');
    }
  });

  it('listed origins may send and read all headers of the API', () => {
    const { table } = createTestGateway();
    // Browsers set Host themselves.
    const taken = table
      .flatMap(({ request }) => Object.keys(request.headers?.shape ?? {}))
      .filter((name) => name !== 'Host');
    const sent = table.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ headers }) => Object.keys(headers ?? {})),
    );
    // The cookie is for the gateway's own pages; Cache-Control is always readable.
    const readable = sent.filter((name) => !/^(set-cookie|cache-control)$/i.test(name));

    expect(namesIn(ALLOWED_HEADERS)).toEqual(expect.arrayContaining([...namesIn(taken)]));
    expect(namesIn(EXPOSED_HEADERS)).toEqual(expect.arrayContaining([...namesIn(readable)]));
  });
});

describe('without CORS_ORIGINS', () => {
  it('without CORS_ORIGINS no other origin may use the API', async () => {
    const gateway = await startTestGateway();
    const headers = { origin: SHOP, 'access-control-request-method': 'GET' };
    const answers = [
      await send(gateway.port, 'GET /healthz', { headers }),
      await send(gateway.port, 'OPTIONS /healthz', { headers }),
    ];
    await gateway.stop();
    for (const answer of answers) expect(grantsIn(answer)).toEqual({});
  });
});
