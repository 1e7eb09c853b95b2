import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startTestGateway } from '../testing/start-test-gateway';

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Unlike `fetch`, returns the bytes as sent, without decompressing them. */
const send = (
  method: string,
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const sent = request({ method, port, path, headers, host: '127.0.0.1' }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0, headers: received } = response;
        resolve({ status: statusCode, headers: received, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });

const get = (port: number, path: string, headers?: Record<string, string>): Promise<Raw> =>
  send('GET', port, path, headers);

const DOCUMENTS = [
  '/openapi.json',
  '/errors',
  '/api-docs',
  '/api-docs/authorize.js',
  '/api-docs/swagger-ui.css',
  '/api-docs/swagger-ui-bundle.js',
  '/api-docs/swagger-ui-standalone-preset.js',
  '/live',
  '/live/main.js',
];

describe('static documents', () => {
  let gateway: Awaited<ReturnType<typeof startTestGateway>>;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(async () => {
    await gateway.stop();
  });

  it.each(DOCUMENTS)(
    '%s is sent in the smallest encoding that the client accepts',
    async (path) => {
      const [plain, gzipped, brotli] = await Promise.all([
        get(gateway.port, path),
        get(gateway.port, path, { 'accept-encoding': 'gzip, br;q=0' }),
        get(gateway.port, path, { 'accept-encoding': 'gzip, deflate, br' }),
      ]);

      expect([plain, gzipped, brotli].map(({ status }) => status)).toEqual([200, 200, 200]);
      expect([plain, gzipped, brotli].map(({ headers }) => headers['content-encoding'])).toEqual([
        undefined,
        'gzip',
        'br',
      ]);
      for (const { headers } of [plain, gzipped, brotli]) {
        expect(headers['vary']?.toString().toLowerCase()).toContain('accept-encoding');
      }
      expect(gunzipSync(gzipped.body).equals(plain.body)).toBe(true);
      expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
      expect(brotli.body.length).toBeLessThan(plain.body.length);
      const etag = String(plain.headers['etag']);
      expect((await get(gateway.port, path, { 'if-none-match': etag })).status).toBe(304);
    },
  );

  it.each(['/', '/admin/sign-in', ...DOCUMENTS])(
    '%s ignores unknown query parameters',
    async (path) => {
      const plain = await get(gateway.port, path);
      const added = await get(gateway.port, `${path}?utm_source=mail&utm_source=again&x=%zz`);
      expect(added.status).toBe(plain.status);
      expect(added.status).toBeLessThan(400);
    },
  );

  it.each(['GET', 'POST', 'TRACE', 'OPTIONS'])(
    '%s of a path below a document that is no document gets 404',
    async (method) => {
      const { status } = await send(method, gateway.port, '/openapi.json//');
      expect(status).toBe(404);
    },
  );

  it('an API route rejects unknown query parameters by name', async () => {
    const { status, body } = await get(gateway.port, '/healthz?utm_source=mail');
    expect(status).toBe(400);
    expect(body.toString()).toContain('/query/utm_source');
  });
});
