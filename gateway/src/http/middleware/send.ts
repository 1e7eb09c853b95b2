import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  becomeStream,
  createFailureLog,
  describeCauses,
  type LogFailure,
  type Logger,
  type Problem,
  SECURITY_HEADERS,
} from '@flashreserve/ops';
import { DomainError, toProblem, toProblemHeaders } from '@flashreserve/rpc';
import { ExtendedError } from '../gateway-errors';
import type { Reply, WriteStream } from '../route';
import { REQUEST_ID_HEADER, scopeOf } from './request-scope';

/** Responses may contain tokens or rapidly changing stock; cacheable routes override this. */
const NO_STORE = { 'cache-control': 'no-store' };

/** Headers of every response. */
export const commonHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  ...SECURITY_HEADERS,
  [REQUEST_ID_HEADER]: requestId,
});

/** Writes a response with all its headers in one step. */
const send = (
  req: IncomingMessage,
  res: ServerResponse,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly content?: string;
  },
): void => {
  const { status, headers, content } = answer;
  const all: Record<string, string | number> = {
    ...commonHeaders(scopeOf(req).requestId),
    ...NO_STORE,
    ...headers,
  };
  if (content !== undefined) all['content-length'] = Buffer.byteLength(content);
  res.writeHead(status, all);
  res.end(content);
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
  const { status, headers = {}, body, page, stream } = reply;
  if (stream !== undefined) {
    sendStream(req, res, stream);
  } else if (page !== undefined) {
    const { html: content, contentSecurityPolicy } = page;
    const ofPage = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
    };
    send(req, res, { status, headers: { ...ofPage, ...headers }, content });
  } else if (body === undefined) {
    send(req, res, { status, headers });
  } else {
    const ofJson = { 'content-type': 'application/json; charset=utf-8' };
    send(req, res, {
      status,
      headers: { ...ofJson, ...headers },
      content: JSON.stringify(body),
    });
  }
};

/** Errors up to this status say nothing about the health of the system; logged at `debug`. */
const EXPECTED_STATUS_MAX = 499;

const INTERNAL = { kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' } as const;

/** Maps a thrown error to a problem and logs it at the appropriate level. */
const explain = (
  req: IncomingMessage,
  thrown: unknown,
  {
    log,
    logFailure,
    errorDocsUrl,
  }: {
    readonly log: Logger;
    readonly logFailure: LogFailure;
    readonly errorDocsUrl: string | undefined;
  },
): { readonly error: DomainError; readonly problem: Problem } => {
  const { requestId, route } = scopeOf(req);
  const error =
    thrown instanceof DomainError ? thrown : new DomainError({ ...INTERNAL, cause: thrown });
  const problem = toProblem(error, {
    instance: `urn:flashreserve:request:${encodeURIComponent(requestId)}`,
    requestId,
    errorDocsUrl,
  });
  const facts = { requestId, route, reason: problem.reason };
  if (error.kind === 'internal') {
    const kind = thrown instanceof Error ? `${thrown.name}: ${thrown.message.slice(0, 100)}` : '';
    logFailure({
      log,
      level: 'error',
      key: `${route} ${kind}`,
      fields: { ...facts, err: thrown },
      message: 'A request failed unexpectedly.',
    });
  } else if (problem.status > EXPECTED_STATUS_MAX && error.reason !== 'NOT_READY') {
    logFailure({
      log,
      level: 'warn',
      key: problem.reason,
      fields: { ...facts, causes: describeCauses(error) },
      message: 'A request could not be served.',
    });
  } else {
    // NOT_READY included: readiness is polled continuously during startup.
    log.debug(facts, 'A request was refused.');
  }
  return { error, problem };
};

/** Responds to a request with the problem of a thrown error. */
export type ProblemSender = (req: IncomingMessage, res: ServerResponse, thrown: unknown) => void;

/** `publicUrl` makes the `type` of problems absolute. */
export const createProblemSender = (publicUrl: string | undefined, log: Logger): ProblemSender => {
  const logFailure = createFailureLog();
  const errorDocsUrl = publicUrl === undefined ? undefined : `${publicUrl}/errors`;
  return (req, res, thrown) => {
    const { error, problem } = explain(req, thrown, { log, logFailure, errorDocsUrl });
    // Too late for a problem; aborting the response shows the client that it is incomplete.
    if (res.headersSent) {
      res.destroy();
      return;
    }
    send(req, res, {
      status: problem.status,
      headers: { ...toProblemHeaders(error), 'content-type': 'application/problem+json' },
      content: JSON.stringify({ ...problem, ...(error instanceof ExtendedError && error.members) }),
    });
  };
};
