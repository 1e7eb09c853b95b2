import { type CallFacts, ProblemError, UnexpectedAnswerError } from '../errors';
import type { Problem } from '../gen/openapi';

/** A complete answer: the body has arrived, so nothing more can be lost. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const NO_CONTENT = 204;

const isJson = ({ headers }: Answer): boolean =>
  /^application\/(?:problem\+)?json\b/.test(headers.get('content-type') ?? '');

/** The problem document of an answer; undefined if it has none. */
export const problemOf = (answer: Answer): Problem | undefined => {
  if (answer.status < 400 || !isJson(answer)) return undefined;
  try {
    const body = JSON.parse(answer.body) as Partial<Problem> | null;
    return typeof body?.reason === 'string' ? (body as Problem) : undefined;
  } catch {
    return undefined;
  }
};

/** `Retry-After` in seconds, from either of its forms; undefined without the header. */
export const retryAfterOf = ({ headers }: Answer, now: () => number): number | undefined => {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
};

const attemptsByResponse = new WeakMap<Response, number>();

/** Number of attempts behind this response. */
export const attemptsOf = (response: Response): number => attemptsByResponse.get(response) ?? 1;

/**
 * Converts an answer to a `fetch` response.
 *
 * @throws ProblemError, UnexpectedAnswerError
 */
export const toResponse = (answer: Answer, now: () => number, facts: CallFacts): Response => {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300 && (body === '' || isJson(answer))) {
    const response = new Response(status === NO_CONTENT ? null : body, { status, headers });
    attemptsByResponse.set(response, facts.attempts);
    return response;
  }
  const problem = problemOf(answer);
  throw problem === undefined
    ? new UnexpectedAnswerError(status, facts)
    : new ProblemError(problem, retryAfterOf(answer, now), facts);
};
