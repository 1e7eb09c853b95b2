import { ConnectionError, DeadlineError, type FlashReserveError } from '../errors';
import type { Answer } from './answer';
import { type Budget, pause } from './budget';
import { backoffMs, type RetryOptions, waitAfterAnswer } from './retry';

/** The subset of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request that can be sent more than once. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  /** Whether sending it twice has the same effect as once. */
  readonly repeatable: boolean;
}

/** The final answer of the server, which may be a problem, and the number of attempts. */
export interface Delivery {
  readonly answer: Answer;
  readonly attempts: number;
}

export interface TransportDeps {
  readonly fetch: Fetch;
  readonly retry: RetryOptions;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Sends a request and, if it is safe to retry, retries after network errors, 429, 502, 503 and 504:
 * never before `Retry-After` has passed, and not if the delay exceeds the budget.
 *
 * @throws ConnectionError or DeadlineError when no answer arrived; the reason of the budget's
 *   signal when it was aborted
 */
export type Transport = (request: OutgoingRequest, budget: Budget) => Promise<Delivery>;

/** Sends once and reads the complete answer. */
const sendOnce = async (
  fetch: Fetch,
  request: OutgoingRequest,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number | undefined },
): Promise<Answer> => {
  const { url, method, headers, body } = request;
  const controller = new AbortController();
  const end = (): void => controller.abort(limits.signal.reason);
  limits.signal.addEventListener('abort', end, { once: true });
  const timer =
    limits.timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => controller.abort(new Error('The attempt took too long.')),
          limits.timeoutMs,
        );
  try {
    limits.signal.throwIfAborted();
    const init = { method, headers, body: body ?? null, signal: controller.signal };
    const response = await fetch(url, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  } finally {
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', end);
  }
};

const keyOf = ({ headers }: OutgoingRequest): string | undefined =>
  headers.get('idempotency-key') ?? undefined;

const toFailure = (request: OutgoingRequest, attempts: number, cause: unknown): FlashReserveError =>
  new ConnectionError(
    `${request.method} ${request.url} got no answer.`,
    { attempts, idempotencyKey: keyOf(request) },
    { cause },
  );

/**
 * The error of an ended budget: the caller's abort reason, or a deadline error with the facts of
 * this request.
 */
const toEnd = (
  { signal }: Budget,
  request: OutgoingRequest,
  facts: { readonly attempts: number; readonly cause: unknown },
): unknown => {
  const { reason } = signal;
  if (!(reason instanceof DeadlineError)) return reason;
  const { attempts, cause } = facts;
  return new DeadlineError(reason.message, { attempts, idempotencyKey: keyOf(request) }, { cause });
};

export const createTransport = ({ fetch, retry, now, random }: TransportDeps): Transport => {
  const fits = (waitMs: number, { endsAt }: Budget): boolean => now() + waitMs < endsAt;

  return async (request, budget) => {
    const { signal } = budget;
    let lastFailure: unknown;
    for (let attempts = 1; ; attempts += 1) {
      const mayRepeat = request.repeatable && attempts < retry.attemptsMax;
      const backoff = backoffMs(attempts, retry, random);
      const timeoutMs = mayRepeat ? retry.attemptTimeoutMs : undefined;
      let waitMs: number | undefined;
      try {
        const answer = await sendOnce(fetch, request, { signal, timeoutMs });
        waitMs = mayRepeat ? waitAfterAnswer(answer, backoff, now) : undefined;
        if (waitMs === undefined || !fits(waitMs, budget)) return { answer, attempts };
        await pause(waitMs, signal);
      } catch (error) {
        if (signal.aborted) throw toEnd(budget, request, { attempts, cause: lastFailure });
        lastFailure = error;
        if (!mayRepeat || !fits(backoff, budget)) throw toFailure(request, attempts, error);
        await pause(backoff, signal).catch(() => {
          throw toEnd(budget, request, { attempts, cause: error });
        });
      }
    }
  };
};
