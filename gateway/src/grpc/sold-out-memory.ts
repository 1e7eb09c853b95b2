import type { Clock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { LRUCache } from 'lru-cache';
import { renewalTime } from './renewal-time';

/** Product and quantity of a request. */
export interface Wish {
  readonly productId: string;
  readonly quantity: number;
}

/** Sold-out responses that are recent enough to be reused. */
export interface SoldOutMemory {
  /**
   * The recent answer to the same wish, if it was "sold out". Shortly before an answer expires, one
   * caller gets undefined and renews it with `ask`, while the others still get the old one.
   */
  readonly recall: (wish: Wish) => DomainError | undefined;
  /**
   * Sends a request, unless one for the same wish is under way for less than the reuse time, was
   * sent after "sold out", and gets "sold out" again: then rejects with that answer. Its age counts
   * until this call, as with `recall`.
   */
  readonly ask: <Result>(wish: Wish, send: () => Promise<Result>) => Promise<Result>;
}

/** Far more than can be requested within the lifetime of a cached response. */
const ANSWERS_MAX = 10_000;

interface Answer {
  readonly error: DomainError;
  readonly until: number;
  /** Time of the renewal; postponed by the caller that renews. */
  renewAt: number;
  /** The latest request since. */
  renewal: Renewal | undefined;
}

interface Renewal {
  readonly askedAt: number;
  /** The answer if it is "sold out" again, undefined after any other. Never rejects. */
  readonly refusal: Promise<DomainError | undefined>;
}

const keyOf = ({ productId, quantity }: Wish): string => `${productId}:${quantity}`;

const isSoldOut = (answer: unknown): answer is DomainError =>
  answer instanceof DomainError && answer.reason === 'OUT_OF_STOCK';

/**
 * Makes sold out cheap: after a sale the services are queried a few times a second instead of once
 * per request. An answer is reused for `reuseMs` after its request was sent, so released units are
 * on sale again within that time. 0 disables reuse.
 */
export const createSoldOutMemory = (options: {
  readonly reuseMs: number;
  readonly clock: Clock;
  /** Called for every request that was answered without a call of its own. */
  readonly onReused?: () => void;
}): SoldOutMemory => {
  const { reuseMs, clock, onReused } = options;
  const answers = new LRUCache<string, Answer>({ max: ANSWERS_MAX });
  const nowMs = (): number => clock.now().getTime();

  /** Stores an answer that says "sold out", and returns it; any other drops the stored one. */
  const keep = (key: string, askedAt: number, answer: unknown): DomainError | undefined => {
    if (!isSoldOut(answer)) {
      answers.delete(key);
      return undefined;
    }
    const renewAt = renewalTime({ askedAt, answeredAt: nowMs(), reuseMs });
    answers.set(key, { error: answer, until: askedAt + reuseMs, renewAt, renewal: undefined });
    return answer;
  };

  return {
    recall: (wish) => {
      if (reuseMs === 0) return undefined;
      const answer = answers.get(keyOf(wish));
      const now = nowMs();
      if (answer === undefined || now >= answer.until) return undefined;
      if (now >= answer.renewAt) {
        answer.renewAt = answer.until;
        return undefined;
      }
      onReused?.();
      return answer.error;
    },
    ask: async (wish, send) => {
      if (reuseMs === 0) return send();
      const key = keyOf(wish);
      const renewal = answers.get(key)?.renewal;
      if (renewal !== undefined && nowMs() < renewal.askedAt + reuseMs) {
        const refusal = await renewal.refusal;
        if (refusal !== undefined) {
          onReused?.();
          throw refusal;
        }
      }
      const askedAt = nowMs();
      const sent = send();
      const refusal = sent.then(
        (result) => keep(key, askedAt, result),
        (error: unknown) => keep(key, askedAt, error),
      );
      const answer = answers.get(key);
      if (answer !== undefined) answer.renewal = { askedAt, refusal };
      await refusal;
      return sent;
    },
  };
};
