import { connect, type Socket } from 'node:net';
import { HTTP_SERVER_LIMITS, type HttpServerLimits } from './limits';
import { type RunningHttpServer, startHttpServer } from './start-http-server';

let server: RunningHttpServer | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.stop(100);
});

/** Starts a server that answers `ok` after reading the body. */
const start = async (limits: Partial<HttpServerLimits>): Promise<void> => {
  server = await startHttpServer({
    handler: (req, res) => {
      req.on('end', () => res.end(`ok ${Object.keys(req.headers).length}`));
      req.on('error', () => res.destroy());
      req.resume();
    },
    host: '127.0.0.1',
    port: 0,
    limits: { timeoutCheckMs: 20, ...limits },
  });
};

const open = (): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      resolve(socket);
    });
  });

/** Everything received until the server closes the connection. */
const readToEnd = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.once('close', () => {
      resolve(text);
    });
  });

const exchange = async (bytes: string): Promise<string> => {
  const socket = await open();
  socket.write(bytes);
  return readToEnd(socket);
};

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n';

describe('an HTTP server', () => {
  it('incomplete headers get 408 after headersTimeoutMs', async () => {
    await start({ headersTimeoutMs: 100, requestTimeoutMs: 60_000 });
    const text = await exchange(GET);
    expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"reason":"REQUEST_TIMEOUT"/);
  });

  it('an incomplete body gets 408 after requestTimeoutMs', async () => {
    await start({ headersTimeoutMs: 100, requestTimeoutMs: 150 });
    const text = await exchange('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab');
    expect(text).toMatch(/^HTTP\/1\.1 408 [\s\S]*"reason":"REQUEST_TIMEOUT"/);
  });

  it('an idle keep-alive connection is closed after keepAliveTimeoutMs', async () => {
    await start({ keepAliveTimeoutMs: 50 });
    const text = await exchange(`${GET}\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*Connection: keep-alive/);
  });

  it('headers over headerBytesMax get 431', async () => {
    await start({ headerBytesMax: 1_000 });
    const text = await exchange(`${GET}x: ${'y'.repeat(1_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 [\s\S]*"reason":"HEADERS_TOO_LARGE"/);
  });

  it('more than headersMax headers get 431 instead of being truncated', async () => {
    await start({ headersMax: 100, keepAliveTimeoutMs: 50 });
    const headers = (count: number): string =>
      Array.from({ length: count }, (_, index) => `x${index}: y\r\n`).join('');
    expect(await exchange(`${GET}${headers(99)}\r\n`)).toContain('ok 100');
    const tooMany = await exchange(`${GET}${headers(100)}\r\n${GET}\r\n`);
    expect(tooMany).toMatch(/^HTTP\/1\.1 431 [\s\S]*"reason":"HEADERS_TOO_LARGE"/);
    expect(tooMany.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('an error response to HEAD has no body', async () => {
    await start({});
    const text = await exchange(`HEAD / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 431 [\s\S]*\r\n\r\n$/);
  });

  it('HTTP/1.1 without a Host header gets 400', async () => {
    await start({});
    const text = await exchange('GET / HTTP/1.1\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*"pointer":"\/headers\/host"/);
  });

  it('a connection is closed after requestsPerConnectionMax requests', async () => {
    await start({ requestsPerConnectionMax: 2, keepAliveTimeoutMs: 50 });
    const text = await exchange(`${GET}\r\n${GET}\r\n`);
    expect(text.match(/^Connection: .*/gm)).toEqual([
      'Connection: keep-alive',
      'Connection: close',
    ]);
  });

  it('a request is answered completely before the 400 for the invalid bytes after it', async () => {
    await start({});
    const text = await exchange(`${GET}\r\nnonsense\r\n\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*ok 1HTTP\/1\.1 400 [\s\S]*"status":400/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(2);
  });

  it('a response finishes although invalid bytes arrive with its request', async () => {
    await start({});
    const text = await exchange(`${GET}\r\nnonsense\r\n`);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*ok 1/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('the default HTTP limits are consistent with each other', () => {
    const limits = HTTP_SERVER_LIMITS;
    expect(limits.headersTimeoutMs).toBeLessThan(limits.requestTimeoutMs);
    expect(limits.timeoutCheckMs).toBeLessThan(limits.headersTimeoutMs);
    expect(limits.keepAliveTimeoutMs).toBeGreaterThan(60_000);
  });
});
