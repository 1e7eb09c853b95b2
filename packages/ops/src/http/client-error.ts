import { type IncomingMessage, type RequestListener, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from '../ids';
import type { Exchange } from './connection';
import type { HttpServerLimits } from './limits';
import { createProblem, type Problem } from './problem';
import { SECURITY_HEADERS } from './security-headers';

/** A request that never became one, because Node could not read it. */
export type ClientError = Error & {
  readonly code?: string;
  /** The bytes that could not be read, from the start of what came together. */
  readonly rawPacket?: Buffer;
};

/** Answers a connection whose bytes are no request, and ends it. */
export type ClientErrorResponder = (error: ClientError, socket: Duplex) => void;

type HeaderLimits = Pick<HttpServerLimits, 'headerBytesMax' | 'headersMax'>;

/** Codes of what Node would let pass, or would answer for itself without a body. */
const MISSING_HOST = 'MISSING_HOST';
const TOO_MANY_HEADERS = 'TOO_MANY_HEADERS';

/** What is wrong with headers that could be read; HTTP/1.1 wants a host (RFC 9112). */
export const findHeaderError = (
  req: IncomingMessage,
  { headersMax }: HeaderLimits,
): ClientError | undefined => {
  const isTooMany = req.rawHeaders.length > 2 * headersMax;
  const isHostless = req.headers.host === undefined && req.httpVersion === '1.1';
  if (!isTooMany && !isHostless) return undefined;
  return Object.assign(new Error('The headers are refused.'), {
    code: isTooMany ? TOO_MANY_HEADERS : MISSING_HOST,
    rawPacket: Buffer.from(`${req.method} `),
  });
};

/** The problem of an answer that Express never sees. */
interface Refusal extends Pick<Problem, 'status' | 'reason' | 'detail' | 'errors'> {
  readonly headers?: Readonly<Record<string, string>>;
}

const headersTooLarge = ({ headerBytesMax, headersMax }: HeaderLimits): Refusal => ({
  status: 431,
  reason: 'HEADERS_TOO_LARGE',
  detail: `Target and headers are larger than ${headerBytesMax} bytes, or there are more than ${headersMax} headers.`,
});

const REQUEST_TIMEOUT: Refusal = {
  status: 408,
  reason: 'REQUEST_TIMEOUT',
  detail: 'The request was not sent in time.',
};

const invalidRequest = (pointer: string, detail: string): Refusal => ({
  status: 400,
  reason: 'INVALID_REQUEST',
  detail: `The request is invalid: ${pointer || 'request'}: ${detail}`,
  errors: [{ pointer, detail }],
});

const OVERLOADED: Refusal = {
  status: 503,
  reason: 'OVERLOADED',
  detail: 'Too many requests are waiting. Try again shortly.',
  headers: { 'retry-after': '1' },
};

const explain = ({ code }: ClientError, limits: HeaderLimits): Refusal => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
    case TOO_MANY_HEADERS:
      return headersTooLarge(limits);
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return REQUEST_TIMEOUT;
    case MISSING_HOST:
      return invalidRequest('/headers/host', 'is required');
    default:
      return invalidRequest('', 'is not valid HTTP');
  }
};

const toAnswer = ({ headers, errors, ...refusal }: Refusal) => {
  const requestId = newId();
  const instance = `urn:flashreserve:request:${requestId}`;
  const problem = createProblem({ ...refusal, instance, requestId });
  return {
    status: refusal.status,
    headers: {
      ...SECURITY_HEADERS,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...headers,
    },
    body: JSON.stringify({ ...problem, ...(errors && { errors }) }),
  };
};

/** The whole answer as bytes: there is no response object for what is no request. */
const toBytes = (refusal: Refusal, options: { readonly hasBody: boolean }): string => {
  const { status, headers, body } = toAnswer(refusal);
  const all = {
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${options.hasBody ? body : ''}`;
};

/** A client gets this long to read its answer while it is still sending; a reset would take the answer from it. */
const LINGER_MS = 1_000;

/**
 * Makes what answers 400, 408 or 431 with a problem instead of Node's bare status line. A client that has gone hears
 * nothing. An answer that is already under way on the connection is never written into: one that has begun is cut
 * off, and one whose request was whole is let finish, after which the connection is closed.
 */
export const createClientErrorResponder = (options: {
  readonly limits: HeaderLimits;
  /** The exchange that is under way on a connection. */
  readonly currentOf: (socket: Duplex) => Exchange | undefined;
  /** Whether what comes on a connection belongs to a request that was answered already. */
  readonly isAnswered: (socket: Duplex) => boolean;
}): ClientErrorResponder => {
  const { limits, currentOf, isAnswered } = options;
  // What arrives after the answer is read and forgotten; the parser complains about every piece of it.
  const answered = new WeakSet<Duplex>();
  return (error, socket) => {
    if (answered.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const underWay = currentOf(socket);
    if (underWay?.req.complete) {
      underWay.res.shouldKeepAlive = false;
      underWay.res.once('close', () => socket.destroy());
    } else if (underWay?.res.headersSent || isAnswered(socket)) {
      socket.destroy();
    } else {
      answered.add(socket);
      const hasBody = error.rawPacket?.toString('latin1', 0, 5) !== 'HEAD ';
      socket.end(toBytes(explain(error, limits), { hasBody }));
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    }
  };
};

/** Answers 503 to a request for which there is no place. */
export const refuseOverload: RequestListener = (_req, res) => {
  const { status, headers, body } = toAnswer(OVERLOADED);
  res.writeHead(status, headers);
  res.end(body);
};
