import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { CallRecord } from '../history/history';
import type { Recorder } from '../history/recorder';
import { callHttp, type HttpAnswer, type HttpCall } from './http-call';

export interface Customer {
  readonly customerId: string;
  readonly token: string;
}

export type Line = { readonly productId: string; readonly quantity: number };

/** A request and its response; the history gets the same. */
export type Outcome = Omit<CallRecord, 'kind' | 'n'>;

/**
 * The stack under test, used by customers and one administrator. Every call and response goes into
 * the history.
 */
export interface Shop {
  readonly reserve: (
    customer: Customer,
    lines: readonly Line[],
    key: string | undefined,
  ) => Promise<Outcome>;
  readonly resolve: (
    action: 'confirm' | 'cancel' | 'get',
    customer: Customer,
    reservationId: string,
  ) => Promise<Outcome>;
  /** The shop extends a reservation of this customer; a repeat has the same key. */
  readonly extend: (
    customer: Customer,
    reservationId: string,
    extension: { readonly seconds: number; readonly key: string },
  ) => Promise<Outcome>;
  /** The shop sells an expired reservation of this customer again. */
  readonly revive: (customer: Customer, reservationId: string) => Promise<Outcome>;
  /**
   * The shop takes back units of a sold reservation of this customer; a repeat has the same key.
   */
  readonly giveBack: (
    customer: Customer,
    reservationId: string,
    units: {
      /** Undefined for all that are left. */
      readonly lines: readonly Line[] | undefined;
      readonly writeOff: boolean;
      readonly key: string;
    },
  ) => Promise<Outcome>;
  /** Gives up only when it was refused or the load has ended. */
  readonly restock: (productId: string, delta: number, isOver: () => boolean) => Promise<void>;
}

const tokens = z.object({ accessToken: z.string() });
const user = z.object({ id: z.string() });
const product = z.object({ productId: z.string() });
const problem = z.object({ reason: z.string() });
const reservation = z.object({
  reservationId: z.string(),
  status: z.enum(['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED', 'RETURNED']),
  items: z.array(z.object({ productId: z.string(), quantity: z.number() })),
  expiresAt: z.string(),
  createdAt: z.string(),
});

const RETRY_PAUSE_MS = 250;
const PASSWORD = 'correct horse battery';

/** In faults mode the store may fail from the first call on. */
const DEMAND_ATTEMPTS_MAX = 20;

/**
 * For setup steps that must succeed. Requests that must not be sent twice are created anew for each
 * attempt.
 */
const demand = async (makeCall: () => HttpCall, status: number): Promise<unknown> => {
  for (let attempt = 1; ; attempt += 1) {
    const call = makeCall();
    const answer = await callHttp(call);
    if (answer.status === status) return answer.body;
    if (answer.status !== 503 || attempt === DEMAND_ATTEMPTS_MAX) {
      throw new Error(`${call.url} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    await pause(RETRY_PAUSE_MS);
  }
};

export const logIn = async (url: string, email: string, password: string): Promise<string> =>
  tokens.parse(
    await demand(
      () => ({ method: 'POST', url: `${url}/auth/login`, body: { email, password } }),
      200,
    ),
  ).accessToken;

export const register = async (url: string): Promise<Customer> => {
  let email = '';
  const register = (): HttpCall => {
    email = `buyer-${randomUUID()}@example.test`;
    return { method: 'POST', url: `${url}/auth/register`, body: { email, password: PASSWORD } };
  };
  const { id } = user.parse(await demand(register, 201));
  return { customerId: id, token: await logIn(url, email, PASSWORD) };
};

export const createProduct = async (
  url: string,
  adminToken: string,
  stock: number,
): Promise<string> => {
  const body = { name: 'Chaos ticket', price: 25, stockQuantity: stock };
  const key = randomUUID();
  const call = (): HttpCall => ({
    method: 'POST',
    url: `${url}/products`,
    token: adminToken,
    key,
    body,
  });
  return product.parse(await demand(call, 201)).productId;
};

const factsOf = ({ status, body, replayed, retryAfter, sentAt, answeredAt }: HttpAnswer) => {
  const facts = { status, sentAt, answeredAt, ...(retryAfter ? { retryAfter } : {}) };
  if (status >= 400) {
    const { data } = problem.safeParse(body);
    return { ...facts, ...(data && { reason: data.reason }) };
  }
  if (status === 0) return facts;
  // A success is a promise, so an unreadable response must not count as one.
  return { ...facts, ...(replayed ? { replayed } : {}), reservation: reservation.parse(body) };
};

export const createShop = (options: {
  /** Picks a gateway for each call. */
  readonly url: () => string;
  readonly adminToken: string;
  readonly recorder: Recorder;
}): Shop => {
  const { url, adminToken, recorder } = options;
  let calls = 0;
  const record = (outcome: Outcome): Outcome => {
    calls += 1;
    recorder.write({ kind: 'call', n: calls, ...outcome });
    return outcome;
  };
  return {
    reserve: async ({ customerId, token }, lines, key) => {
      const [first] = lines;
      const path =
        lines.length === 1 && first !== undefined
          ? { url: `${url()}/reservations/${first.productId}`, body: { quantity: first.quantity } }
          : { url: `${url()}/reservations`, body: { items: lines } };
      const answer = await callHttp({
        method: 'POST',
        ...path,
        token,
        ...(key === undefined ? {} : { key }),
      });
      return record({
        action: 'reserve',
        customerId,
        ...(key === undefined ? {} : { key }),
        lines: [...lines],
        ...factsOf(answer),
      });
    },
    resolve: async (action, { customerId, token }, reservationId) => {
      const answer =
        action === 'get'
          ? await callHttp({ method: 'GET', url: `${url()}/reservations/${reservationId}`, token })
          : await callHttp({
              method: 'POST',
              url: `${url()}/reservations/${action}/${reservationId}`,
              token,
            });
      return record({ action, customerId, reservationId, ...factsOf(answer) });
    },
    extend: async ({ customerId }, reservationId, { seconds, key }) => {
      const answer = await callHttp({
        method: 'POST',
        url: `${url()}/reservations/${reservationId}/extend`,
        token: adminToken,
        key,
        body: { seconds },
      });
      const facts = factsOf(answer);
      return record({ action: 'extend', customerId, reservationId, key, seconds, ...facts });
    },
    revive: async ({ customerId }, replaces) => {
      const answer = await callHttp({
        method: 'POST',
        url: `${url()}/reservations/${replaces}/revive`,
        token: adminToken,
      });
      // The response is about another reservation, the new one.
      return record({ action: 'revive', customerId, replaces, ...factsOf(answer) });
    },
    giveBack: async ({ customerId }, reservationId, { lines, writeOff, key }) => {
      const answer = await callHttp({
        method: 'POST',
        url: `${url()}/reservations/${reservationId}/return`,
        token: adminToken,
        key,
        // By its reason the checker finds the return in the stores.
        body: { ...(lines && { items: lines }), restock: !writeOff, reason: key },
      });
      return record({
        action: 'return',
        customerId,
        reservationId,
        key,
        writeOff,
        ...(lines && { lines: [...lines] }),
        ...factsOf(answer),
      });
    },
    restock: async (productId, delta, isOver) => {
      const key = randomUUID();
      const write = (outcome: 'ok' | 'refused' | 'unknown'): void => {
        recorder.write({ kind: 'adjust', productId, delta, key, outcome, at: Date.now() });
      };
      for (let wasUnknown = false; ; ) {
        const { status } = await callHttp({
          method: 'POST',
          url: `${url()}/products/${productId}/stock-adjustments`,
          token: adminToken,
          key,
          body: { delta, reason: 'Chaos' },
        });
        if (status === 201 || status === 200) return write('ok');
        // Whatever the response of this attempt, an earlier one without a response may have been
        // applied.
        if (status >= 400 && status < 500) return write(wasUnknown ? 'unknown' : 'refused');
        wasUnknown = true;
        if (isOver()) return write('unknown');
        await pause(RETRY_PAUSE_MS);
      }
    },
  };
};
