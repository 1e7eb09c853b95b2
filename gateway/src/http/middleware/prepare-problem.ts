import { ERROR_NUMBERS } from '@flashreserve/contracts/errors';
import { type DomainError, toProblem, toProblemHeaders } from '@flashreserve/rpc';
import { ExtendedError } from '../gateway-errors';

/** A problem in which only the id of the request is missing. */
export interface PreparedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentFor: (requestId: string) => string;
}

const INSTANCE = '"instance":"';
const REQUEST_ID = '"requestId":"';

/** Ids of which every representation is the same text, such as those that the gateway creates. */
const PLAIN = /^[\w-]+$/;

/** `errorDocsUrl` is the page that `type` points into. */
export const prepareProblem = (
  error: DomainError,
  errorDocsUrl: string | undefined,
): PreparedProblem => {
  const problem = toProblem(error, {
    instance: '',
    requestId: '',
    errorDocsUrl,
    numbers: ERROR_NUMBERS,
  });
  const text = JSON.stringify({ ...problem, ...(error instanceof ExtendedError && error.members) });
  // Quotes within values are escaped, so these are the members themselves.
  const instanceAt = text.indexOf(INSTANCE) + INSTANCE.length;
  const requestIdAt = text.indexOf(REQUEST_ID, instanceAt) + REQUEST_ID.length;
  const start = `${text.slice(0, instanceAt)}urn:flashreserve:request:`;
  const middle = text.slice(instanceAt, requestIdAt);
  const end = text.slice(requestIdAt);
  return {
    status: problem.status,
    headers: toProblemHeaders(error),
    contentFor: (requestId) =>
      PLAIN.test(requestId)
        ? `${start}${requestId}${middle}${requestId}${end}`
        : `${start}${encodeURIComponent(requestId)}${middle}${JSON.stringify(requestId).slice(1, -1)}${end}`,
  };
};

/**
 * Prepares the problem of each error once: an error that is kept and thrown again, like "sold out",
 * costs little more than its bytes.
 */
export const createProblemPreparer = (
  errorDocsUrl: string | undefined,
): ((error: DomainError) => PreparedProblem) => {
  const prepared = new WeakMap<DomainError, PreparedProblem>();
  return (error) => {
    const known = prepared.get(error);
    if (known !== undefined) return known;
    const problem = prepareProblem(error, errorDocsUrl);
    prepared.set(error, problem);
    return problem;
  };
};
