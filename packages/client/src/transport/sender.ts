import type { Session } from '../session/session';
import { problemOf, toResponse } from './answer';
import { type Budget, type CallOptions, orAborted, withBudget } from './budget';
import { checkDeadline } from './limits';
import type { Delivery, OutgoingRequest, Transport } from './transport';

/** A route's properties by contract. */
export interface RoutePolicy {
  /** `user`: sent with the session's access token. */
  readonly access: 'anyone' | 'user';
  /**
   * `always`: a retry has no further effect. `with-key`: a retry with the same Idempotency-Key has
   * none.
   */
  readonly repeatable: 'always' | 'with-key' | 'never';
}

/** The `fetch` of the generated API types: adds tokens, retries and typed errors. */
export type SendRequest = (request: Request) => Promise<Response>;
export type Sender = (
  policy: RoutePolicy,
  options?: CallOptions,
) => { readonly fetch: SendRequest };

export interface SenderDeps {
  readonly transport: Transport;
  readonly session: Pick<Session, 'accessToken' | 'accessTokenAfter'>;
  readonly deadlineMs: number;
  readonly now: () => number;
}

const toOutgoing = async (request: Request, policy: RoutePolicy): Promise<OutgoingRequest> => {
  const body = await request.text();
  const headers = new Headers(request.headers);
  return {
    url: request.url,
    method: request.method,
    headers,
    body: body === '' ? undefined : body,
    repeatable:
      policy.repeatable === 'always' ||
      (policy.repeatable === 'with-key' && headers.has('idempotency-key')),
  };
};

const withToken = (request: OutgoingRequest, token: string): OutgoingRequest => {
  const headers = new Headers(request.headers);
  headers.set('authorization', `Bearer ${token}`);
  return { ...request, headers };
};

export const createSender = ({ transport, session, deadlineMs, now }: SenderDeps): Sender => {
  /**
   * A request with an expired token was rejected before any effect, so it can be sent again with a
   * new one.
   */
  const asUser = async (request: OutgoingRequest, budget: Budget): Promise<Delivery> => {
    const token = await orAborted(session.accessToken(), budget.signal);
    if (token === undefined) return transport(request, budget);
    const delivery = await transport(withToken(request, token), budget);
    if (problemOf(delivery.answer)?.reason !== 'TOKEN_EXPIRED') return delivery;
    const next = await orAborted(session.accessTokenAfter(token), budget.signal);
    if (next === undefined) return delivery;
    const { answer, attempts } = await transport(withToken(request, next), budget);
    return { answer, attempts: attempts + delivery.attempts };
  };

  return (policy, options = {}) => ({
    fetch: async (asked) => {
      const limits = { deadlineMs: options.deadlineMs ?? deadlineMs, signal: options.signal };
      checkDeadline(limits.deadlineMs);
      const request = await toOutgoing(asked, policy);
      const { answer, attempts } = await withBudget(limits, now, (budget) =>
        policy.access === 'user' ? asUser(request, budget) : transport(request, budget),
      );
      const idempotencyKey = request.headers.get('idempotency-key') ?? undefined;
      return toResponse(answer, now, { attempts, idempotencyKey });
    },
  });
};
