import { type InProcessStack, startInProcessStack } from '../support/in-process-stack';
import { createRestClient } from '../support/rest-client';
import { problemBody } from '../support/shop';
import { uniquePrefix } from '../support/stores';
import { openConnection, type RawConnection, readAnswer } from './raw-connection';

let stack: InProcessStack;
let url: string;
const HOST = 'Host: shop.test\r\n';
const ANSWER_MS = 5_000;
/** The gateway allows headers 10 s and checks every 2 s. */
const CUT_OFF_MS = 14_000;

beforeAll(async () => {
  stack = await startInProcessStack({ prefix: uniquePrefix() });
  url = stack.urls[0];
});

afterAll(() => stack.stop());

const exchange = async (bytes: string | Buffer) => {
  const connection = await openConnection(url);
  connection.write(bytes);
  const { isClosed, text } = await connection.closed(ANSWER_MS);
  connection.socket.destroy();
  return { isClosed, text, answer: readAnswer(text) };
};

/** A valid request, which must not be affected. */
const expectHonestAnswers = async (): Promise<void> => {
  const rest = createRestClient(url);
  const startedAt = performance.now();
  const answers = await Promise.all([rest('GET', '/products'), rest('GET', '/healthz')]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
};

const expectProblem = (text: string, status: number, reason: string): void => {
  const answer = readAnswer(text);
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json', connection: 'close' },
  });
  const problem = problemBody.parse(JSON.parse(answer.body));
  expect(problem).toMatchObject({ status, reason });
  expect(problem.requestId).toBe(answer.headers['x-request-id']);
};

describe('invalid HTTP requests', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['a TLS ClientHello', Buffer.from('160301020001000001fc0303', 'hex')],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an unknown version', `GET / HTTP/9.9\r\n${HOST}\r\n`],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['a space in the target', `GET /a b HTTP/1.1\r\n${HOST}\r\n`],
    ['a bare line feed in a header', `GET / HTTP/1.1\r\n${HOST}a: b\nc\0: d\r\n\r\n`],
    ['NUL in a header', `GET / HTTP/1.1\r\n${HOST}a: \0\r\n\r\n`],
    ['a header without a name', `GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`],
    [
      'two Content-Length headers',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    ],
    ['a negative length', `POST /auth/login HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`],
    [
      'a length beyond the number range',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999\r\n\r\n`,
    ],
    [
      'a length and a chunked body',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'a chunk without a length',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'a chunk longer than its length',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'a chunk of absurd length',
      `POST /auth/login HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
    ],
  ])(
    'an invalid HTTP request (%s) gets a 400 problem, and the connection is closed',
    async (_what, bytes) => {
      const { isClosed, text } = await exchange(bytes);
      expectProblem(text, 400, 'INVALID_REQUEST');
      expect(isClosed).toBe(true);
    },
  );

  it.each([
    ['one large header', `x: ${'y'.repeat(20_000)}\r\n`],
    [
      'many small headers',
      Array.from({ length: 4_000 }, (_, index) => `x${index}: y\r\n`).join(''),
    ],
  ])('a request with %s gets a 431 problem', async (_what, headers) => {
    const { text } = await exchange(`GET /healthz HTTP/1.1\r\n${HOST}${headers}\r\n`);
    expectProblem(text, 431, 'HEADERS_TOO_LARGE');
  });

  it('a request with a large target gets a 431 problem', async () => {
    const { text } = await exchange(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`);
    expectProblem(text, 431, 'HEADERS_TOO_LARGE');
  });

  it('invalid bytes after a request do not suppress its response', async () => {
    const { isClosed, text } = await exchange(
      `GET /healthz HTTP/1.1\r\n${HOST}\r\nnonsense\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text.match(/HTTP\/1\.1 \d+/g)?.length).toBeLessThanOrEqual(2);
    expect(isClosed).toBe(true);
  });
});

describe('unusual but valid HTTP', () => {
  it.each([
    ['HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', 200],
    [
      'an absolute target',
      `GET http://shop.test/healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      200,
    ],
    [
      'an absolute target with a query',
      `GET http://shop.test/products?pageSize=0 HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
      400,
    ],
    ['OPTIONS *', `OPTIONS * HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 404],
    [
      'an unknown expectation',
      `GET /healthz HTTP/1.1\r\n${HOST}Expect: magic\r\nConnection: close\r\n\r\n`,
      200,
    ],
    [
      'an unsupported upgrade',
      `GET /healthz HTTP/1.1\r\n${HOST}Upgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n`,
      200,
    ],
    [
      'a chunked body',
      `POST /auth/logout HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      400,
    ],
  ])('an unusual but valid request (%s) is answered normally', async (_what, bytes, status) => {
    const { answer } = await exchange(bytes);
    expect(answer.status).toBe(status);
  });

  it('a request with Expect: 100-continue gets 100 and then its response', async () => {
    const connection = await openConnection(url);
    connection.write(
      `POST /auth/logout HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    );
    await connection.until(/100 Continue\r\n\r\n/, ANSWER_MS);
    connection.write('{}');
    const { text } = await connection.closed(ANSWER_MS);
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /);
  });

  it('pipelined requests are answered in order', async () => {
    const one = `GET /healthz HTTP/1.1\r\n${HOST}`;
    const { text } = await exchange(`${one}\r\n${one}\r\n${one}Connection: close\r\n\r\n`);
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });
});

describe('broken connections', () => {
  it.each([
    ['in the headers', `POST /auth/login HTTP/1.1\r\n${HOST}Content-`],
    [
      'in the body',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"email":`,
    ],
    [
      'in a chunk',
      `POST /auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{`,
    ],
    ['before the response', `GET /products HTTP/1.1\r\n${HOST}\r\n`],
  ])(
    'a hundred concurrent connections that break off %s do not affect other clients',
    async (_where, bytes) => {
      const connections = await Promise.all(Array.from({ length: 100 }, () => openConnection(url)));
      connections.forEach((connection, index) => {
        connection.write(bytes);
        if (index % 2 === 0) connection.socket.destroy();
        else connection.socket.resetAndDestroy();
      });
      await expectHonestAnswers();
    },
  );

  it('a half-closed connection counts as closed and is closed on the other side too', async () => {
    const connection = await openConnection(url);
    connection.socket.end(`GET /products HTTP/1.1\r\n${HOST}\r\n`);
    const { isClosed, text } = await connection.closed(2 * ANSWER_MS);
    expect(isClosed).toBe(true);
    // Whether the response is sent before the disconnect is noticed depends on timing, but it is
    // never truncated.
    expect(text).toMatch(/^$|^HTTP\/1\.1 200 OK\r\n/);
    await expectHonestAnswers();
  });
});

describe('slow clients', () => {
  /** Sends one byte per second until the connection is closed. */
  const drip = (connection: RawConnection, byte: string): (() => void) => {
    const timer = setInterval(() => {
      if (connection.socket.writable) connection.write(byte);
    }, 1_000);
    return () => {
      clearInterval(timer);
      connection.socket.destroy();
    };
  };

  it('two hundred concurrent slow clients do not block others, and get 408 in time', async () => {
    const openAll = (count: number): Promise<RawConnection[]> =>
      Promise.all(Array.from({ length: count }, () => openConnection(url)));
    const slowHeaders = await openAll(150);
    const slowBodies = await openAll(50);
    for (const connection of slowHeaders)
      connection.write(`GET /healthz HTTP/1.1\r\n${HOST}x-slow: `);
    for (const connection of slowBodies) {
      connection.write(
        `POST /auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{`,
      );
    }
    const stops = [
      ...slowHeaders.map((one) => drip(one, 'a')),
      ...slowBodies.map((one) => drip(one, ' ')),
    ];
    await expectHonestAnswers();
    const cutOff = Promise.all([
      ...slowHeaders.map((connection) => connection.closed(CUT_OFF_MS)),
      ...slowBodies.map((connection) => connection.closed(CUT_OFF_MS + 5_000)),
    ]);
    await expectHonestAnswers();
    const ends = await cutOff;
    for (const stop of stops) stop();
    expect(ends.filter(({ isClosed }) => !isClosed)).toEqual([]);
    for (const { text } of ends) expectProblem(text, 408, 'REQUEST_TIMEOUT');
    await expectHonestAnswers();
  }, 60_000);
});
