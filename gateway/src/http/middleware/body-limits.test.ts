import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { startHttpServer } from '@flashreserve/ops';
import { pointersOf } from '../../testing/ask';
import { send } from '../../testing/http-client';
import { startTestGateway } from '../../testing/start-test-gateway';

let gateway: Awaited<ReturnType<typeof startTestGateway>>;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(async () => {
  await gateway.stop();
});

const json = { 'content-type': 'application/json' };
const KEYS = `{${Array.from({ length: 7_000 }, (_, index) => `"${index}":1`).join()}}`;
const ITEMS = `{"items":[${'1,'.repeat(32_000)}1]}`;
const DEEP = `${'['.repeat(31)}${'1,'.repeat(31_900)}1${']'.repeat(31)}`;
/** CPU time that a hostile body may cost, in milliseconds. */
const COST_MS_MAX = 3;
/** The minimum of several runs counts, so that load on the machine does not matter. */
const TRIES = 15;
/** While other suites slow the machine down, more runs follow. */
const TRIES_MAX = 300;

describe('a body', () => {
  it.each([
    ['thousands of unknown keys', KEYS],
    ['thousands of elements', ITEMS],
    ['deep nesting and thousands of numbers', DEEP],
  ])('a body with %s costs less than 3 ms, and the error says why', async (_what, raw) => {
    // Client and server share this process, so this includes the cost of the client.
    const base = await costOfSmallBody();
    let least = Infinity;
    for (let turn = 0; turn < TRIES_MAX; turn += 1) {
      if (turn >= TRIES && least - base < COST_MS_MAX) break;
      const before = process.cpuUsage();
      const answer = await send(gateway.port, 'POST /auth/login', { raw, headers: json });
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1_000);
      expect(answer.status).toBe(400);
      expect(pointersOf(answer)).toEqual(['']);
      expect(answer.text).toContain('must not have more than 256 values in all');
    }
    expect(least - base).toBeLessThan(COST_MS_MAX);
  });

  const costOfSmallBody = async (): Promise<number> => {
    let least = Infinity;
    for (let turn = 0; turn < TRIES; turn += 1) {
      const before = process.cpuUsage();
      await send(gateway.port, 'POST /auth/login', { raw: '{"a":1}', headers: json });
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1_000);
    }
    return least;
  };

  it('commas and brackets inside strings of a body do not count as values', async () => {
    const raw = JSON.stringify({ email: '"[,{\\'.repeat(1_000) });
    const answer = await send(gateway.port, 'POST /auth/login', { raw, headers: json });
    expect(pointersOf(answer)).toEqual(['/email', '/password']);
  });

  const answerTo = (bytes: string | Buffer): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: gateway.port });
      socket.once('data', (chunk: Buffer) => {
        resolve(chunk.toString('latin1'));
        socket.destroy();
      });
      socket.write(bytes);
    });
  const HEADERS = 'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const CHUNK = `10000\r\n${'x'.repeat(0x1_00_00)}\r\n`;
  const zipped = gzipSync(Buffer.alloc(100_000, 'x'));

  it.each<[string, string | Buffer]>([
    ['declared', `${HEADERS}Content-Length: 999999\r\n\r\n`],
    ['sent in chunks', `${HEADERS}Transfer-Encoding: chunked\r\n\r\n${CHUNK}${CHUNK}`],
    [
      'compressed',
      Buffer.concat([
        Buffer.from(`${HEADERS}Content-Encoding: gzip\r\nContent-Length: 60000\r\n\r\n`),
        zipped,
      ]),
    ],
  ])('a body of too many bytes, %s, gets 413 before the rest arrives', async (_how, bytes) => {
    expect(await answerTo(bytes)).toMatch(/^HTTP\/1\.1 413 [\s\S]*"reason":"BODY_TOO_LARGE"/);
  });

  it('a declared body of too many bytes that never arrives gets a single response', async () => {
    const small = await startHttpServer({
      handler: (_req, res) => res.writeHead(413).end(),
      host: '127.0.0.1',
      port: 0,
      limits: { headersTimeoutMs: 50, requestTimeoutMs: 100, timeoutCheckMs: 20 },
    });
    const text = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: small.port });
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
      });
      socket.once('close', () => resolve(received));
      socket.write(`${HEADERS}Content-Length: 999999\r\n\r\n`);
    });
    await small.stop(100);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
  });

  it('the connection stays usable once a body of too many bytes has been sent', async () => {
    const raw = 'x'.repeat(200_000);
    const text = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: gateway.port });
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString('latin1');
        if ((received.match(/HTTP\/1\.1/g) ?? []).length < 2) return;
        resolve(received);
        socket.destroy();
      });
      socket.write(`${HEADERS}Content-Length: ${raw.length}\r\n\r\n${raw}`);
      socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 [\s\S]*HTTP\/1\.1 200 /);
  });
});

describe('a query', () => {
  it('a query with too many parameters is rejected', async () => {
    const query = Array.from({ length: 33 }, (_, index) => `p${index}=1`).join('&');
    const answer = await send(gateway.port, `GET /products?${query}`);
    expect(pointersOf(answer)).toEqual(['/query']);
  });

  it('a query with thousands of ids is rejected for their number', async () => {
    const answer = await send(
      gateway.port,
      `GET /products/stream?productIds=${','.repeat(14_000)}`,
    );
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(4_000);
  });
});
