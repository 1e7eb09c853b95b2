import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { HttpServerLimits } from './limits';
import { becomeStream } from './request-places';
import { type RunningHttpServer, startHttpServer } from './start-http-server';

interface Arrival {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

let server: RunningHttpServer | undefined;
/** Requests that have started and are unanswered. */
let arrivals: Arrival[] = [];
let begun = 0;
let ended = 0;
let isAnswering = false;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.stop(100);
});

const start = async (limits: Partial<HttpServerLimits> = {}): Promise<void> => {
  arrivals = [];
  begun = 0;
  ended = 0;
  isAnswering = false;
  server = await startHttpServer({
    handler: (req, res) => {
      begun += 1;
      res.once('close', () => {
        ended += 1;
      });
      req.resume();
      if (isAnswering) res.end(`<${req.url}>`);
      else arrivals.push({ req, res });
    },
    host: '127.0.0.1',
    port: 0,
    limits,
  });
};

const open = async (): Promise<{ readonly socket: Socket; readonly text: () => string }> => {
  const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
  let text = '';
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, text: () => text };
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** Answers started and future requests with their paths. */
const answer = (): void => {
  isAnswering = true;
  for (const { req, res } of arrivals.splice(0)) res.end(`<${req.url}>`);
};

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const pathsIn = (text: string): readonly string[] => text.match(/(?<=<)[^<>]+(?=>)/g) ?? [];

describe('requests that are pipelined on one connection', () => {
  it('pipelined requests start one after the other and are answered in order', async () => {
    await start();
    const { socket, text } = await open();
    const paths = Array.from({ length: 2_000 }, (_, index) => `/${index}`);
    socket.write(paths.map(get).join(''));
    await until(() => begun === 1);
    // A request started on another connection proves that the server had time to start more.
    const other = await open();
    other.socket.write(get('/other'));
    await until(() => begun === 2);
    expect(arrivals.map(({ req }) => req.url)).toEqual(['/0', '/other']);
    answer();
    await until(() => pathsIn(text()).length === 2_000);
    expect(pathsIn(text())).toEqual(paths);
  });

  it('pipelined requests survive any split into chunks, including bodies with blank lines', async () => {
    await start();
    const { socket, text } = await open();
    const bytes = [
      post('/a', 'x\r\n\r\ny\r\n\r\n'),
      get('/b'),
      post('/c', ''),
      `POST /d HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n`,
      get('/e'),
    ].join('');
    answer();
    for (const size of [1, 7, 64]) {
      for (let from = 0; from < bytes.length; from += size) {
        socket.write(bytes.slice(from, from + size));
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await until(() => pathsIn(text()).length === 15);
    expect(pathsIn(text())).toEqual(Array(3).fill(['/a', '/b', '/c', '/d', '/e']).flat());
  });

  it('pipelined requests stay in the socket while one is in progress, and are read later', async () => {
    await start({ heldBytesMax: 1_000 });
    const { socket, text } = await open();
    const count = 200_000;
    // More than all buffers can take, so the client has to wait.
    const isTaken = socket.write(get('/many').repeat(count));
    await until(() => begun === 1);
    const read = process.memoryUsage().arrayBuffers;
    expect(isTaken).toBe(false);
    for (let turn = 0; turn < 50; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(begun).toBe(1);
    expect(process.memoryUsage().arrayBuffers - read).toBeLessThan(1024 * 1024);
    answer();
    await until(() => pathsIn(text()).length >= 1_000);
  });

  it('a closed connection ends the request in progress, and its pipelined requests never start', async () => {
    await start();
    const connections = await Promise.all(Array.from({ length: 30 }, open));
    for (const { socket } of connections) socket.write(get('/gone').repeat(300));
    await until(() => begun === 30);
    for (const { socket } of connections) socket.destroy();
    await until(() => ended === 30);
    for (const { res } of arrivals) res.end('too late');
    const honest = await open();
    honest.socket.write(get('/honest'));
    await until(() => begun === 31);
    expect(arrivals.at(-1)?.req.url).toBe('/honest');
  });

  it('requests pipelined behind a stream are dropped, and its disconnect is detected', async () => {
    await start({ heldBytesMax: 100 });
    const { socket } = await open();
    socket.write(get('/stream').repeat(1_000));
    await until(() => begun === 1);
    const stream = arrivals[0]?.res;
    stream?.writeHead(200, { connection: 'close' });
    stream?.flushHeaders();
    if (stream !== undefined) becomeStream(stream);
    socket.destroy();
    await until(() => ended === 1);
    expect(begun).toBe(1);
  });

  it('too many bytes behind a stream close its connection', async () => {
    await start({ droppedBytesMax: 10_000 });
    const { socket } = await open();
    socket.write(get('/stream'));
    await until(() => begun === 1);
    const stream = arrivals[0]?.res;
    stream?.flushHeaders();
    if (stream !== undefined) becomeStream(stream);
    socket.write('x'.repeat(20_000));
    await until(() => ended === 1);
  });

  it('a flood of pipelined requests does not starve other connections', async () => {
    await start();
    answer();
    const [flood, honest] = await Promise.all([open(), open()]);
    flood.socket.write(get('/flood').repeat(2_000));
    honest.socket.write(get('/honest'));
    await until(() => pathsIn(honest.text()).length === 1);
    expect(pathsIn(flood.text()).length).toBeLessThan(1_000);
  });
});
