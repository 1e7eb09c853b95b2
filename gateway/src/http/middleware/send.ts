import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError, describeCauses } from '@flashreserve/platform/errors';
import { type Problem, toProblem, toProblemHeaders } from '@flashreserve/platform/http';
import type { Logger } from '@flashreserve/platform/logging';
import { ExtendedError } from '../gateway-errors';
import type { Reply } from '../route';
import { scopeOf } from './request-scope';

/** Answers may hold tokens or stock that changes by the millisecond; routes that can be cached say so. */
const NO_STORE = { 'cache-control': 'no-store' };

const send = (
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  content?: string,
): void => {
  res.statusCode = status;
  for (const [name, value] of Object.entries({ ...NO_STORE, ...headers })) {
    res.setHeader(name, value);
  }
  if (content !== undefined) res.setHeader('content-length', Buffer.byteLength(content));
  res.end(content);
};

/** Sends what a handler answered. */
export const sendReply = (res: ServerResponse, reply: Reply): void => {
  const { status, headers = {}, body, page } = reply;
  if (page !== undefined) {
    const { html, contentSecurityPolicy } = page;
    send(
      res,
      status,
      {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy,
        ...headers,
      },
      html,
    );
  } else if (body === undefined) {
    send(res, status, headers);
  } else {
    send(
      res,
      status,
      { 'content-type': 'application/json; charset=utf-8', ...headers },
      JSON.stringify(body),
    );
  }
};

/** Errors that say nothing about the health of the system and are logged quietly. */
const EXPECTED_STATUS_MAX = 499;

const INTERNAL = { kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' } as const;

/** Makes the problem of whatever was thrown, and logs it as loudly as it deserves. */
const explain = (
  req: IncomingMessage,
  thrown: unknown,
  { log, errorDocsUrl }: { readonly log: Logger; readonly errorDocsUrl: string | undefined },
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
    log.error({ ...facts, err: thrown }, 'A request failed unexpectedly.');
  } else if (problem.status > EXPECTED_STATUS_MAX) {
    // Whoever asks for readiness hears the answer; until a start is over it is asked all the time.
    const level = error.reason === 'NOT_READY' ? 'debug' : 'warn';
    log[level]({ ...facts, causes: describeCauses(error) }, 'A request could not be served.');
  } else {
    log.debug(facts, 'A request was refused.');
  }
  return { error, problem };
};

/** Answers a request with whatever was thrown. */
export type ProblemSender = (req: IncomingMessage, res: ServerResponse, thrown: unknown) => void;

/** `publicUrl` makes the `type` of problems absolute. */
export const createProblemSender = (publicUrl: string | undefined, log: Logger): ProblemSender => {
  const errorDocsUrl = publicUrl === undefined ? undefined : `${publicUrl}/errors`;
  return (req, res, thrown) => {
    const { error, problem } = explain(req, thrown, { log, errorDocsUrl });
    // Nothing can be said any more once an answer is on its way; cutting it off shows that it is not whole.
    if (res.headersSent) {
      res.destroy();
      return;
    }
    send(
      res,
      problem.status,
      { ...toProblemHeaders(error), 'content-type': 'application/problem+json' },
      JSON.stringify({ ...problem, ...(error instanceof ExtendedError && error.members) }),
    );
  };
};
