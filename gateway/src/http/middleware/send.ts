import type { IncomingMessage, ServerResponse } from 'node:http';
import { becomeStream, endTogether, SECURITY_HEADERS } from '@flashreserve/ops';
import { isUnchanged } from '../etag';
import type { PreparedAnswer } from '../prepared-answer';
import type { Reply, WriteStream } from '../route';
import { REQUEST_ID_HEADER, scopeOf } from './request-scope';

/** Responses may contain tokens or rapidly changing stock; cacheable routes override this. */
const NO_STORE = { 'cache-control': 'no-store' };

/** Headers of every response. */
export const commonHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  ...SECURITY_HEADERS,
  [REQUEST_ID_HEADER]: requestId,
});

/** Names and values in turn, which Node writes without building an object per response. */
const listOf = (...headers: readonly Readonly<Record<string, string>>[]): readonly string[] =>
  headers.flatMap((some) => Object.entries(some)).flat();

const COMMON = listOf(SECURITY_HEADERS);
const COMMON_NO_STORE = listOf(SECURITY_HEADERS, NO_STORE);

/** Writes a response with all its headers in one step. */
export const send = (
  req: IncomingMessage,
  res: ServerResponse,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly contentType?: string;
    readonly content?: string;
  },
): void => {
  const { status, headers, contentType, content } = answer;
  const common = headers['cache-control'] === undefined ? COMMON_NO_STORE : COMMON;
  const list = common.concat(REQUEST_ID_HEADER, scopeOf(req).requestId);
  for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
  if (contentType !== undefined) list.push('content-type', contentType);
  if (content !== undefined) list.push('content-length', String(Buffer.byteLength(content)));
  res.writeHead(status, list);
  endTogether(res, content);
};

const JSON_TYPE = 'application/json; charset=utf-8';

/** Caches may store the answer, but must ask before each use, so only we decide how old it gets. */
const REVALIDATE = { 'cache-control': 'no-cache' };

const COMMON_REVALIDATE = listOf(SECURITY_HEADERS, REVALIDATE);

/** Sends a prepared answer, or 304 if the client has it already. */
export const sendPrepared = (
  req: IncomingMessage,
  res: ServerResponse,
  { content, etag, contentLength }: PreparedAnswer,
): void => {
  const { requestId } = scopeOf(req);
  const headers = COMMON_REVALIDATE.concat(REQUEST_ID_HEADER, requestId, 'etag', etag);
  if (isUnchanged(req.headers['if-none-match'], etag)) {
    res.writeHead(304, headers);
    endTogether(res);
    return;
  }
  headers.push('content-type', JSON_TYPE, 'content-length', contentLength);
  res.writeHead(200, headers);
  endTogether(res, content);
};

/** Starts an open-ended response. It is not chunked, so an event is one write to the socket. */
const sendStream = (req: IncomingMessage, res: ServerResponse, stream: WriteStream): void => {
  res.removeHeader('transfer-encoding');
  res.writeHead(200, {
    ...commonHeaders(scopeOf(req).requestId),
    ...NO_STORE,
    'content-type': 'text/event-stream',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  becomeStream(res);
  if (req.method === 'HEAD') res.end();
  else res.flushHeaders();
  stream(res);
};

/** Sends the reply of a handler. */
export const sendReply = (req: IncomingMessage, res: ServerResponse, reply: Reply): void => {
  const { status, headers = {}, body, page, stream, prepared } = reply;
  if (prepared !== undefined) {
    sendPrepared(req, res, prepared);
  } else if (stream !== undefined) {
    sendStream(req, res, stream);
  } else if (page !== undefined) {
    const { html: content, contentSecurityPolicy } = page;
    const contentType = 'text/html; charset=utf-8';
    const ofPage = { 'content-security-policy': contentSecurityPolicy, ...headers };
    send(req, res, { status, headers: ofPage, contentType, content });
  } else if (body === undefined) {
    send(req, res, { status, headers });
  } else {
    send(req, res, { status, headers, contentType: JSON_TYPE, content: JSON.stringify(body) });
  }
};
