import { type IncomingMessage, type RequestListener, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newId } from '../ids';
import type { Exchange } from './connection';
import type { HttpServerLimits } from './limits';
import { createProblem, type Problem } from './problem';
import { SECURITY_HEADERS } from './security-headers';

/** A request that Node could not parse. */
export type ClientError = Error & {
  readonly code?: string;
  /** The packet that could not be parsed, from its start. */
  readonly rawPacket?: Buffer;
};

/** Responds to an unparsable request and closes its connection. */
export type ClientErrorResponder = (error: ClientError, socket: Duplex) => void;

type HeaderLimits = Pick<HttpServerLimits, 'headerBytesMax' | 'headersMax'>;

/** Error codes for requests that Node would accept, or would answer without a body. */
const MISSING_HOST = 'MISSING_HOST';
const TOO_MANY_HEADERS = 'TOO_MANY_HEADERS';

/** Checks parsed headers; HTTP/1.1 requires a host (RFC 9112). */
export const findHeaderError = (
  req: IncomingMessage,
  { headersMax }: HeaderLimits,
): ClientError | undefined => {
  const isTooMany = req.rawHeaders.length > 2 * headersMax;
  const isHostless = req.headers.host === undefined && req.httpVersion === '1.1';
  if (!isTooMany && !isHostless) return undefined;
  return Object.assign(new Error('Invalid headers.'), {
    code: isTooMany ? TOO_MANY_HEADERS : MISSING_HOST,
    rawPacket: Buffer.from(`${req.method} `),
  });
};

/** Details of the reasons that are also answered behind this server. */
export const REFUSAL_DETAILS = {
  OVERLOADED: 'Too many requests are waiting. Try again shortly.',
  REQUEST_TIMEOUT: 'The request did not arrive in time.',
} as const;

/** The problem of a response that bypasses Express. */
interface Refusal extends Pick<Problem, 'status' | 'reason' | 'detail' | 'errors'> {
  readonly headers?: Readonly<Record<string, string>>;
}

const headersTooLarge = ({ headerBytesMax, headersMax }: HeaderLimits): Refusal => ({
  status: 431,
  reason: 'HEADERS_TOO_LARGE',
  detail: `The request target and headers are larger than ${headerBytesMax} bytes, or there are more than ${headersMax} headers.`,
});

const REQUEST_TIMEOUT: Refusal = {
  status: 408,
  reason: 'REQUEST_TIMEOUT',
  detail: REFUSAL_DETAILS.REQUEST_TIMEOUT,
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
  detail: REFUSAL_DETAILS.OVERLOADED,
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

/** The whole response as bytes: Node creates no response object for an unparsable request. */
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

/** Time for a client that is still sending to read its response; a reset would discard it. */
const LINGER_MS = 1_000;

/**
 * Creates the responder that answers 400, 408 or 431 with a problem, as every REST error is,
 * instead of Node's bare status line. Disconnected clients get nothing. A response in progress is
 * never written into: if its request is complete, it finishes before the connection is closed;
 * otherwise the connection is closed at once.
 */
export const createClientErrorResponder = (options: {
  readonly limits: HeaderLimits;
  /** The exchange in progress on a connection. */
  readonly currentOf: (socket: Duplex) => Exchange | undefined;
  /** Whether incoming bytes belong to a request whose response has already been sent. */
  readonly isAnswered: (socket: Duplex) => boolean;
}): ClientErrorResponder => {
  const { limits, currentOf, isAnswered } = options;
  // Bytes after the response are discarded; the parser reports an error for every chunk of them.
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

/** Returns 503 for a request over the concurrency limit. */
export const refuseOverload: RequestListener = (_req, res) => {
  const { status, headers, body } = toAnswer(OVERLOADED);
  res.writeHead(status, headers);
  res.end(body);
};
