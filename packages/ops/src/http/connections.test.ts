import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { HttpServerLimits } from './limits';
import { createRequestCounter, takePlace, waitForClient } from './request-places';
import {
  type HttpServerOptions,
  type RunningHttpServer,
  startHttpServer,
} from './start-http-server';

let server: RunningHttpServer | undefined;
let waiting: ServerResponse[] = [];
/** Number of large responses sent. */
let large = 0;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.stop(100);
});

/** Larger than the socket buffers of the operating system. */
const LARGE = Buffer.alloc(24 * 1024 * 1024, 'x');

/** Starts a server that answers `/now` and `/large` at once and leaves other requests pending. */
const start = async (
  limits: Partial<HttpServerLimits>,
  options: Partial<HttpServerOptions> = {},
): Promise<void> => {
  waiting = [];
  large = 0;
  server = await startHttpServer({
    handler: (req, res) => {
      if (req.url === '/now') res.end('now');
      else if (req.url === '/large') {
        large += 1;
        res.end(LARGE);
      } else waiting.push(res);
    },
    host: '127.0.0.1',
    port: 0,
    limits,
    ...options,
  });
};

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  readonly isClosed: () => boolean;
}

const open = async (localAddress = '127.0.0.1', reads = true): Promise<Client> => {
  const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0, localAddress });
  let text = '';
  let closed = false;
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
  });
  if (reads) {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
  }
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text, isClosed: () => closed };
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
};

const ask = (client: Client, path: string): void => {
  client.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
};
const answered = async (client: Client): Promise<string> => {
  await until(() => client.text() !== '' || client.isClosed());
  return client.text();
};

describe('a server that has as many connections as it may have', () => {
  it('at the connection limit, the connection that has waited longest for its client is closed', async () => {
    await start({ connectionsMax: 3 });
    const busy = await open();
    ask(busy, '/wait');
    await until(() => waiting.length === 1);
    const oldest = await open();
    ask(oldest, '/now');
    await answered(oldest);
    const newer = await open();
    ask(newer, '/now');
    await answered(newer);
    const next = await open();
    ask(next, '/now');
    expect(await answered(next)).toMatch(/^HTTP\/1\.1 200 /);
    await until(oldest.isClosed);
    expect([busy.isClosed(), newer.isClosed()]).toEqual([false, false]);
    waiting[0]?.end('at last');
    expect(await answered(busy)).toMatch(/at last$/);
  });

  it('at the connection limit, a new connection is closed if all others are being served', async () => {
    await start({ connectionsMax: 2 });
    for (let count = 1; count <= 2; count += 1) {
      ask(await open(), '/wait');
      await until(() => waiting.length === count);
    }
    const next = await open();
    await until(next.isClosed);
    waiting[0]?.end('answered');
  });

  it('an address at its connection limit leaves room for others', async () => {
    await start({ connectionsPerAddressMax: 2, connectionsMax: 100 });
    const hostile = await Promise.all(Array.from({ length: 20 }, () => open('127.0.0.2')));
    await until(() => hostile.filter(({ isClosed }) => isClosed()).length === 18);
    const honest = await open('127.0.0.3');
    ask(honest, '/now');
    expect(await answered(honest)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('a closed connection no longer counts', async () => {
    await start({ connectionsPerAddressMax: 2 });
    for (let round = 0; round < 5; round += 1) {
      const clients = await Promise.all([open(), open()]);
      for (const client of clients) ask(client, '/now');
      expect((await Promise.all(clients.map(answered))).join()).toMatch(/200[\s\S]*200/);
      for (const { socket } of clients) socket.destroy();
    }
  });
});

describe('a server that works on as many requests as it may', () => {
  it('at the request limit, requests get 503, probes are served, and service resumes afterwards', async () => {
    await start({ requestsMax: 2 }, { isAlwaysServed: (req) => req.url === '/now' });
    const busy = await Promise.all([open(), open()]);
    for (const client of busy) ask(client, '/wait');
    await until(() => waiting.length === 2);
    const [refused, probe] = await Promise.all([open(), open()]);
    ask(refused, '/other');
    expect(await answered(refused)).toMatch(
      /^HTTP\/1\.1 503 [\s\S]*retry-after: 1[\s\S]*"reason":"OVERLOADED"/,
    );
    ask(probe, '/now');
    expect(await answered(probe)).toMatch(/^HTTP\/1\.1 200 /);
    waiting[0]?.end('done');
    busy[1]?.socket.destroy();
    await until(() => waiting[1]?.closed === true);
    for (const path of ['/again', '/again']) ask(await open(), path);
    await until(() => waiting.length === 4);
  });

  it('a request that waits for its client does not count', async () => {
    const counter = createRequestCounter(1);
    let isBack = false;
    await start(
      {},
      {
        handler: (req, res) => {
          if (!takePlace(res, counter)) {
            res.end('full');
            return;
          }
          if (req.method === 'GET') {
            res.end('served');
            return;
          }
          const wait = waitForClient(res);
          req.resume().on('end', () => {
            isBack = wait.end();
            res.end('whole');
          });
        },
      },
    );
    const slow = await open();
    slow.socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1');
    const other = await open();
    ask(other, '/');
    expect(await answered(other)).toMatch(/served$/);
    slow.socket.write('2');
    expect(await answered(slow)).toMatch(/whole$/);
    expect([isBack, counter.underWay]).toEqual([true, 0]);
  });
});

describe('answers that are not read', () => {
  it('unread responses are bounded in total: the oldest connection is closed first', async () => {
    await start({ waitingBytesMax: 3 * LARGE.length });
    const silent: Client[] = [];
    for (let count = 0; count < 6; count += 1) {
      const client = await open('127.0.0.1', false);
      client.socket.pause();
      ask(client, '/large');
      await until(() => large > count);
      silent.push(client);
    }
    const honest = await open();
    ask(honest, '/now');
    expect(await answered(honest)).toMatch(/now$/);
    // Disconnected clients notice when they read.
    for (const { socket } of silent) socket.resume();
    await until(() => silent.slice(0, 3).every(({ isClosed }) => isClosed()));
    expect(silent.at(-1)?.isClosed()).toBe(false);
  });

  it('a connection whose response is not read is closed after answerTimeoutMs', async () => {
    await start({ answerTimeoutMs: 50 });
    const client = await open('127.0.0.1', false);
    client.socket.pause();
    ask(client, '/large');
    await new Promise((resolve) => setTimeout(resolve, 100));
    client.socket.resume();
    await until(client.isClosed);
  });
});
