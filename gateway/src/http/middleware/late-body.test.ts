import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ANONYMOUS } from '@flashreserve/identity';
import { createSilentLogger, type RunningHttpServer, startHttpServer } from '@flashreserve/ops';
import { z } from 'zod';
import { defineRoute, empty } from '../route';
import { jsonObject } from '../schemas/common.schemas';
import { readBodyBytes } from './body-bytes';
import { createClientAddress } from './client-address';
import { openScope } from './request-scope';
import { createRouteRunner } from './run-route';
import { createProblemSender } from './send-problem';

/** Far below the 15 s of the server. */
const LIMIT_MS = 150;
const HEADERS = 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const BODY = '{"name":"a"}';
const ZIPPED = gzipSync(BODY);

let server: RunningHttpServer | undefined;

afterEach(() => server?.stop(100));

const start = async (
  handler: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<void> => {
  server = await startHttpServer({ handler, host: '127.0.0.1', port: 0 });
};

/** Starts a server with one route; returns the bodies with which the route was called. */
const startRoute = async (): Promise<readonly unknown[]> => {
  const calls: unknown[] = [];
  const log = createSilentLogger();
  const route = defineRoute({
    tag: 'Operations',
    services: [],
    method: 'post',
    path: '/echo',
    operationId: 'echo',
    summary: 'Takes a body',
    description: 'For this test.',
    access: 'public',
    request: { body: jsonObject({ name: z.string() }) },
    responses: { 204: { description: 'Taken.' } },
    errors: [],
    timeLimitMs: LIMIT_MS,
    handle: async ({ body }) => {
      calls.push(body);
      return empty(204);
    },
  });
  const run = createRouteRunner(route, async () => ANONYMOUS);
  const sendProblem = createProblemSender(undefined, log);
  await start((req, res) => {
    openScope(req, res, { log, clientAddressOf: createClientAddress(0) });
    run(req, res, {}).catch((error: unknown) => sendProblem(req, res, error));
  });
  return calls;
};

/** Everything received until the server closes the connection, and the time until then. */
const exchange = (...parts: readonly (string | Buffer)[]): Promise<{ text: string; ms: number }> =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.once('close', () => resolve({ text, ms: performance.now() - startedAt }));
    for (const part of parts) socket.write(part);
  });

const timers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('a body that is incomplete at the time limit of its route', () => {
  it.each<[string, readonly (string | Buffer)[]]>([
    ['of a known length', [`${HEADERS}Content-Length: 50\r\n\r\n`, BODY]],
    ['in chunks', [`${HEADERS}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`]],
    [
      'compressed',
      [`${HEADERS}Content-Encoding: gzip\r\nContent-Length: 90\r\n\r\n`, ZIPPED.subarray(0, 20)],
    ],
    ['that never begins', [`${HEADERS}Content-Length: 50\r\n\r\n`]],
  ])(
    'an incomplete body %s gets 408 at the limit, and the connection is closed without calling the route',
    async (_how, parts) => {
      const calls = await startRoute();
      const { text, ms } = await exchange(...parts);
      expect(text).toMatch(
        /^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*"reason":"REQUEST_TIMEOUT"/i,
      );
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
      // A timer may fire a millisecond early.
      expect(ms).toBeGreaterThan(LIMIT_MS - 10);
      expect(ms).toBeLessThan(5_000);
      expect(calls).toEqual([]);
    },
  );
});

describe('a body that arrives in time', () => {
  it('a body that arrives in pieces in time is accepted', async () => {
    const calls = await startRoute();
    const socket = connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    const answer = new Promise<string>((resolve) => {
      socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1')));
    });
    socket.write(`${HEADERS}Content-Length: ${BODY.length}\r\n\r\n${BODY.slice(0, 5)}`);
    setImmediate(() => socket.write(BODY.slice(5)));
    expect(await answer).toMatch(/^HTTP\/1\.1 204 /);
    expect(calls).toEqual([{ name: 'a' }]);
    socket.destroy();
  });

  it.each([
    ['with its headers costs no timer', 0, BODY],
    ['after its headers costs one timer, which is cleared', 1, BODY.slice(0, 5)],
  ])('a body that arrives %s', async (_when, expected, first) => {
    const socket = new Socket();
    const measure = async (req: IncomingMessage, res: ServerResponse) => {
      // A route starts to read after authorizing the caller.
      await new Promise((resolve) => setImmediate(resolve));
      const before = timers();
      const reading = readBodyBytes(req, res, new Date(Date.now() + 10_000));
      const meanwhile = timers();
      socket.write(BODY.slice(first.length));
      await reading;
      res.end();
      return [meanwhile - before, timers() - before];
    };
    let count: (counts: Promise<readonly number[]>) => void = () => undefined;
    const counts = new Promise<readonly number[]>((resolve) => {
      count = resolve;
    });
    await start((req, res) => count(measure(req, res)));
    socket.connect({ host: '127.0.0.1', port: server?.port ?? 0 });
    socket.write(`${HEADERS}Content-Length: ${BODY.length}\r\n\r\n${first}`);
    expect(await counts).toEqual([expected, 0]);
    socket.destroy();
  });
});
