import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2';
import { connect } from 'node:net';
import { status } from '@grpc/grpc-js';
import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createShop, type Shop } from '../support/shop';
import { uniquePrefix } from '../support/stores';

let stack: InProcessStack;
let shop: Shop;
let authUrl: string;

const GET_JWKS = '/flashreserve.auth.v1.AuthService/GetJwks';
const EMPTY_MESSAGE = Buffer.alloc(5);
const WAIT_MS = 5_000;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  shop = createShop(stack.urls[0], stack.env);
  authUrl = `http://${stack.grpc.auth.replace('ipv4:', '')}`;
});

afterAll(() => stack.stop());

const { HTTP2_HEADER_METHOD: METHOD, HTTP2_HEADER_PATH: PATH } = constants;

interface Outcome {
  /** `grpc-status` of headers or trailers; undefined if there is none. */
  readonly code: number | undefined;
  readonly httpStatus: number | undefined;
}

/** Makes a handcrafted call with any bytes and headers. */
const callByHand = (
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<Outcome> =>
  new Promise((resolve) => {
    const stream = session.request({
      [METHOD]: 'POST',
      [PATH]: GET_JWKS,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let code: number | undefined;
    let httpStatus: number | undefined;
    const read = (given: Readonly<Record<string, unknown>>): void => {
      const found = given['grpc-status'];
      if (found !== undefined) code = Number(found);
      if (given[':status'] !== undefined) httpStatus = Number(given[':status']);
    };
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('error', () => undefined);
    stream.setTimeout(WAIT_MS, () => {
      stream.close();
    });
    stream.on('close', () => {
      resolve({ code, httpStatus });
    });
    stream.resume();
    stream.end(body);
  });

const callOnce = async (headers: Readonly<Record<string, string>>, body: Buffer) => {
  const session = connectHttp2(authUrl);
  session.on('error', () => undefined);
  const outcome = await callByHand(session, headers, body);
  session.destroy();
  return outcome;
};

/** A valid call through the gateway, which fetches auth's keys. */
const expectHonestAnswers = async (): Promise<void> => {
  const [keys, products] = await Promise.all([
    shop.rest('GET', '/.well-known/jwks.json'),
    shop.rest('GET', '/products'),
  ]);
  expect([keys.status, products.status]).toEqual([200, 200]);
};

const frame = (
  bytes: Buffer,
  options: { readonly flag?: number; readonly length?: number } = {},
) => {
  const head = Buffer.alloc(5);
  head.writeUInt8(options.flag ?? 0, 0);
  head.writeUInt32BE(options.length ?? bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

describe('handcrafted gRPC calls', () => {
  it.each<[string, Readonly<Record<string, string>>, Buffer, readonly (status | undefined)[]]>([
    ['that is valid', {}, EMPTY_MESSAGE, [status.OK]],
    [
      'of an unknown method',
      { [PATH]: '/flashreserve.auth.v1.AuthService/Nothing' },
      EMPTY_MESSAGE,
      [status.UNIMPLEMENTED],
    ],
    ['of an unknown service', { [PATH]: '/x/y' }, EMPTY_MESSAGE, [status.UNIMPLEMENTED]],
    ['with an empty path', { [PATH]: '/' }, EMPTY_MESSAGE, [status.UNIMPLEMENTED]],
    ['with a timeout of 0', { 'grpc-timeout': '0n' }, EMPTY_MESSAGE, [status.DEADLINE_EXCEEDED]],
    [
      'with a timeout of a nanosecond',
      { 'grpc-timeout': '1n' },
      EMPTY_MESSAGE,
      [status.DEADLINE_EXCEEDED, status.OK],
    ],
    ['with a timeout of 11,000 years', { 'grpc-timeout': '99999999H' }, EMPTY_MESSAGE, [status.OK]],
    [
      'with an unknown accept-encoding',
      { 'grpc-accept-encoding': 'x' },
      EMPTY_MESSAGE,
      [status.OK],
    ],
    [
      'with an unknown encoding',
      { 'grpc-encoding': 'x' },
      EMPTY_MESSAGE,
      [status.UNIMPLEMENTED, status.OK],
    ],
    [
      'with undecodable bytes',
      {},
      frame(Buffer.from('ffffffff', 'hex')),
      [status.INVALID_ARGUMENT],
    ],
    [
      'with a message that claims 4 GiB',
      {},
      frame(Buffer.alloc(0), { length: 0xffffffff }),
      [status.RESOURCE_EXHAUSTED],
    ],
  ])('a handcrafted call %s gets a suitable status', async (_what, headers, body, statuses) => {
    const { code } = await callOnce(headers, body);
    expect(statuses).toContain(code);
    await expectHonestAnswers();
  });

  it.each<[string, Readonly<Record<string, string>>, Buffer]>([
    ['another content type', { 'content-type': 'application/json' }, EMPTY_MESSAGE],
    ['another HTTP method', { [METHOD]: 'GET' }, Buffer.alloc(0)],
    ['an invalid timeout', { 'grpc-timeout': 'soon' }, EMPTY_MESSAGE],
    ['no message', {}, Buffer.alloc(0)],
    ['two messages', {}, Buffer.concat([EMPTY_MESSAGE, EMPTY_MESSAGE])],
    ['half a message', {}, frame(Buffer.alloc(3), { length: 10 })],
    ['a compressed message without an encoding', {}, frame(Buffer.alloc(3), { flag: 1 })],
    [
      'garbage declared as gzip',
      { 'grpc-encoding': 'gzip' },
      frame(Buffer.from('zz'), { flag: 1 }),
    ],
    ['an unknown flag', {}, frame(Buffer.alloc(0), { flag: 7 })],
  ])(
    'a call that violates the protocol (%s) does not affect other clients',
    async (_what, headers, body) => {
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => callOnce(headers, body)));
      expect(outcomes.map(({ code }) => code)).not.toContain(status.UNKNOWN);
      await expectHonestAnswers();
    },
  );
});

describe('connections without valid HTTP/2', () => {
  it.each([
    ['silence', Buffer.alloc(0)],
    ['HTTP/1.1', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a preface and garbage', Buffer.from(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'x'.repeat(500)}`)],
    ['random bytes', Buffer.from('8f00ff7b1d'.repeat(200), 'hex')],
  ])(
    'a hundred concurrent connections without valid HTTP/2 (%s) do not affect other clients',
    async (_what, bytes) => {
      const { hostname, port } = new URL(authUrl);
      const sockets = await Promise.all(
        Array.from(
          { length: 100 },
          () =>
            new Promise<ReturnType<typeof connect>>((resolve) => {
              const socket = connect({ host: hostname, port: Number(port) });
              socket.on('error', () => undefined);
              socket.once('connect', () => {
                socket.write(bytes);
                resolve(socket);
              });
            }),
        ),
      );
      await expectHonestAnswers();
      sockets.forEach((socket, index) => {
        if (index % 2 === 0) socket.destroy();
        else socket.resetAndDestroy();
      });
      await expectHonestAnswers();
    },
  );

  it('resetting many calls at once ends only their own connection', async () => {
    const session = connectHttp2(authUrl);
    session.on('error', () => undefined);
    for (let index = 0; index < 300 && !session.destroyed; index += 1) {
      const stream = session.request({
        [METHOD]: 'POST',
        [PATH]: GET_JWKS,
        'content-type': 'application/grpc',
      });
      stream.on('error', () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await expectHonestAnswers();
    session.destroy();
  });
});
