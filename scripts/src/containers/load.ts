import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, ask } from './shop-client';

/** Responses to buyers during a step. */
export interface LoadReport {
  readonly requests: number;
  /** First responses, by status or connection error. */
  readonly firstAnswers: Readonly<Record<string, number>>;
  /** First responses that are neither a success nor a 503 with Retry-After. */
  readonly failures: readonly string[];
  /** Acknowledged reservations, some after retries, and how many of them were confirmed. */
  readonly reserved: number;
  readonly confirmed: number;
  /** Never acknowledged, despite all retries. */
  readonly lost: readonly string[];
}

export interface Load {
  readonly stop: () => Promise<LoadReport>;
}

const REPEATS_MAX = 60;
const REPEAT_MS = 1_000;

const isSuccess = ({ status }: Answer): boolean => status === 200 || status === 201;
const isBusy = ({ status, retryAfter }: Answer): boolean => status === 503 && retryAfter !== null;

class Tally {
  readonly firstAnswers: Record<string, number> = {};
  readonly failures: string[] = [];
  readonly lost: string[] = [];
  requests = 0;
  reserved = 0;
  confirmed = 0;

  first(what: string, answer: Answer): void {
    this.requests += 1;
    const name = String(answer.status);
    this.firstAnswers[name] = (this.firstAnswers[name] ?? 0) + 1;
    if (!isSuccess(answer) && !isBusy(answer))
      this.failures.push(`${what}: ${name} ${JSON.stringify(answer.body)}`);
  }
}

/** Retries until the response is a success, as a client with an Idempotency-Key may. */
const insist = async (
  tally: Tally,
  what: string,
  request: () => Promise<Answer>,
): Promise<Answer | undefined> => {
  let answer = await request();
  tally.first(what, answer);
  for (let repeats = 0; !isSuccess(answer); repeats += 1) {
    if (repeats >= REPEATS_MAX) {
      tally.lost.push(`${what}: ${answer.status}`);
      return undefined;
    }
    await pause(REPEAT_MS);
    answer = await request();
  }
  return answer;
};

const buy = async (
  tally: Tally,
  options: { readonly baseUrl: string; readonly token: string; readonly productId: string },
): Promise<void> => {
  const { baseUrl, token, productId } = options;
  const key = randomUUID();
  const reserved = await insist(tally, 'reserve', () =>
    ask(`${baseUrl}/reservations/${productId}`, 'POST', { token, key }),
  );
  if (reserved === undefined) return;
  tally.reserved += 1;
  const id = String(reserved.body['reservationId']);
  const confirmed = await insist(tally, 'confirm', () =>
    ask(`${baseUrl}/reservations/${id}/confirm`, 'POST', { token }),
  );
  if (confirmed !== undefined) tally.confirmed += 1;
};

/** Buyers arriving at a steady rate until `stop`, each reserving and confirming one unit. */
export const startLoad = (options: {
  readonly baseUrl: string;
  readonly token: string;
  readonly productId: string;
  readonly buyersPerSecond: number;
}): Load => {
  const tally = new Tally();
  const underWay = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const one: Promise<void> = buy(tally, options).finally(() => underWay.delete(one));
    underWay.add(one);
  }, 1_000 / options.buyersPerSecond);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      return tally;
    },
  };
};
