import type { IncomingMessage, ServerResponse } from 'node:http';
import { createFailureLog, describeCauses, type LogFailure, type Logger } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { createProblemPreparer } from './prepare-problem';
import { scopeOf } from './request-scope';
import { send } from './send';

/** Errors up to this status say nothing about the health of the system; logged at `debug`. */
const EXPECTED_STATUS_MAX = 499;

const PROBLEM_TYPE = 'application/problem+json';
const INTERNAL = { kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' } as const;

/** What a request was refused with. */
interface Refusal {
  readonly thrown: unknown;
  readonly error: DomainError;
  readonly status: number;
}

/** Logs a refusal at the level that its status deserves. */
const logRefusal = (
  req: IncomingMessage,
  { thrown, error, status }: Refusal,
  { log, logFailure }: { readonly log: Logger; readonly logFailure: LogFailure },
): void => {
  const { requestId, route } = scopeOf(req);
  const facts = { requestId, route, reason: error.reason };
  if (error.kind === 'internal') {
    const kind = thrown instanceof Error ? `${thrown.name}: ${thrown.message.slice(0, 100)}` : '';
    logFailure({
      log,
      level: 'error',
      key: `${route} ${kind}`,
      fields: { ...facts, reason: INTERNAL.reason, err: thrown },
      message: 'A request failed unexpectedly.',
    });
  } else if (status > EXPECTED_STATUS_MAX && error.reason !== 'NOT_READY') {
    logFailure({
      log,
      level: 'warn',
      key: error.reason,
      fields: { ...facts, causes: describeCauses(error) },
      message: 'A request could not be served.',
    });
  } else {
    // NOT_READY included: readiness is polled continuously during startup.
    log.debug(facts, 'A request was refused.');
  }
};

/** Responds to a request with the problem of a thrown error. */
export type ProblemSender = (req: IncomingMessage, res: ServerResponse, thrown: unknown) => void;

/** `publicUrl` makes the `type` of problems absolute. */
export const createProblemSender = (publicUrl: string | undefined, log: Logger): ProblemSender => {
  const logFailure = createFailureLog();
  const prepare = createProblemPreparer(
    publicUrl === undefined ? undefined : `${publicUrl}/errors`,
  );
  return (req, res, thrown) => {
    const error =
      thrown instanceof DomainError ? thrown : new DomainError({ ...INTERNAL, cause: thrown });
    const { status, headers, contentFor } = prepare(error);
    logRefusal(req, { thrown, error, status }, { log, logFailure });
    // Too late for a problem; aborting the response shows the client that it is incomplete.
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const content = contentFor(scopeOf(req).requestId);
    send(req, res, { status, headers, contentType: PROBLEM_TYPE, content });
  };
};
