// A hostile client in a separate process, so that it does not slow down the measuring client.
// Usage: node attack.mjs <attack> <gateway port> <seconds> [access token] [product id]
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';

const [name, portText, secondsText, token = '', productId = ''] = process.argv.slice(2);
const port = Number(portText);
const until = performance.now() + 1_000 * Number(secondsText);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isTime = () => performance.now() < until;
const rest = () => pause(Math.max(0, until - performance.now()));

/** Opens a connection from one of several local addresses; resolves once it is open or refused. */
const open = (index = 0, reads = true) =>
  new Promise((resolve) => {
    const localAddress = `127.0.1.${1 + (index % 200)}`;
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.on('error', () => resolve(socket));
    socket.on('close', () => resolve(socket));
    socket.once('connect', () => resolve(socket));
    if (reads) socket.resume();
    else socket.pause();
  });
const openMany = async (count, each, { addresses = 1, reads = true } = {}) => {
  const sockets = [];
  for (let first = 0; first < count && isTime(); first += 500) {
    const wave = Array.from({ length: Math.min(500, count - first) }, async (_, index) => {
      const socket = await open((first + index) % addresses, reads);
      each?.(socket, first + index);
      return socket;
    });
    sockets.push(...(await Promise.all(wave)));
  }
  return sockets;
};
const destroyAll = (sockets) => {
  for (const socket of sockets) socket.destroy();
};
const get = (path) => `GET ${path} HTTP/1.1\r\nHost: shop.test\r\n\r\n`;
const JSON_POST =
  'POST /auth/login HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\n';
const reserve = `POST /reservations/${productId} HTTP/1.1\r\nHost: shop.test\r\nAuthorization: Bearer ${token}\r\nContent-Length: 0\r\n\r\n`;

const ATTACKS = {
  pipelined: async () => {
    const bytes = get('/products?pageSize=100').repeat(20_000);
    const sockets = await openMany(4, (socket) => socket.write(bytes));
    await rest();
    destroyAll(sockets);
  },
  unread: async () => {
    const one = await openMany(4, (socket) => socket.write(get('/openapi.json').repeat(1_500)), {
      reads: false,
    });
    const many = await openMany(600, (socket) => socket.write(get('/openapi.json')), {
      reads: false,
    });
    await rest();
    destroyAll([...one, ...many]);
  },
  crowd: async () => {
    const sockets = await openMany(12_000, (socket) => socket.write(get('/products')), {
      addresses: 20,
    });
    await rest();
    destroyAll(sockets);
  },
  idle: async () => {
    const sockets = await openMany(18_000, (socket) => socket.write(get('/healthz')), {
      addresses: 1,
    });
    await rest();
    destroyAll(sockets);
  },
  slowHeaders: async () => {
    const sockets = await openMany(1_500, (socket) => socket.write('GET / HTTP/1.1\r\nx: '));
    while (isTime()) {
      for (const socket of sockets) if (socket.writable) socket.write('a');
      await pause(500);
    }
    destroyAll(sockets);
  },
  slowBodies: async () => {
    const sockets = await openMany(
      3_000,
      (socket) => socket.write(`${JSON_POST}Content-Length: 60000\r\n\r\n{${' '.repeat(50_000)}`),
      { addresses: 3 },
    );
    await rest();
    destroyAll(sockets);
  },
  resets: async () => {
    while (isTime()) {
      const sockets = await openMany(200, (socket) => socket.write(get('/products')));
      for (const socket of sockets) if (!socket.destroyed) socket.resetAndDestroy();
    }
  },
  largeBodies: async () => {
    const keys = `{${Array.from({ length: 7_000 }, (_, index) => `"${index}":1`).join()}}`;
    const deep = `${'['.repeat(31)}${'1,'.repeat(31_900)}1${']'.repeat(31)}`;
    const bytes = [keys, deep]
      .map((body) => `${JSON_POST}Content-Length: ${body.length}\r\n\r\n${body}`)
      .join('');
    const sockets = await openMany(50, (socket) => socket.write(bytes.repeat(20)));
    await rest();
    destroyAll(sockets);
  },
  hungUp: async () => {
    while (isTime()) {
      const sockets = await openMany(30, (socket) => socket.write(get('/products').repeat(300)));
      await pause(40);
      destroyAll(sockets);
    }
  },
  streams: async () => {
    const sockets = await openMany(11, (socket) =>
      socket.write(get('/products/stream').repeat(1_000)),
    );
    await rest();
    destroyAll(sockets);
  },
  reserves: async () => {
    const sockets = await openMany(1, (socket) => socket.write(reserve.repeat(50)));
    await pause(15);
    destroyAll(sockets);
  },
  /** Against a gRPC port: streams that are reset immediately, and pings. */
  grpc: async () => {
    const flood = async () => {
      while (isTime()) {
        const session = connectHttp2(`http://127.0.0.1:${port}`);
        session.on('error', () => undefined);
        await new Promise((resolve) => {
          session.once('connect', resolve);
          session.once('close', resolve);
        });
        for (let round = 0; round < 40 && !session.closed && !session.destroyed; round += 1) {
          for (let index = 0; index < 50 && !session.closed && !session.destroyed; index += 1) {
            const stream = session.request({
              ':method': 'POST',
              ':path': '/flashreserve.catalog.v1.CatalogService/ListProducts',
              'content-type': 'application/grpc',
            });
            stream.on('error', () => undefined);
            stream.close(8);
            session.ping(() => undefined);
          }
          await pause(1);
        }
        session.destroy();
      }
    };
    await Promise.all(Array.from({ length: 5 }, flood));
  },
};

await ATTACKS[name]();
process.exit(0);
