import type { Clock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { LRUCache } from 'lru-cache';

/** Product and quantity of a request. */
export interface Wish {
  readonly productId: string;
  readonly quantity: number;
}

/** Sold-out responses that are recent enough to be reused. */
export interface SoldOutMemory {
  /**
   * The recent answer to the same wish, if it was "sold out". Shortly before an answer expires, one
   * caller gets undefined and renews it, while the others still get the old one.
   */
  readonly recall: (wish: Wish) => DomainError | undefined;
  /**
   * Stores an answer that says "sold out"; any other drops the stored one. `askedAt` is the time of
   * the request, which bounds the age of the answer.
   */
  readonly keep: (wish: Wish, answer: unknown, askedAt: Date) => void;
}

/** Far more than can be requested within the lifetime of a cached response. */
const ANSWERS_MAX = 10_000;
/** Renewal starts this many times the last response time before expiry, as load slows responses. */
const MARGIN = 3;
/** Share of its lifetime during which an answer is never renewed, however slow the last one was. */
const UNDISTURBED_SHARE = 0.1;

interface Answer {
  readonly error: DomainError;
  readonly until: number;
  /** Time of the renewal; postponed by the caller that renews. */
  renewAt: number;
}

const keyOf = ({ productId, quantity }: Wish): string => `${productId}:${quantity}`;

const isSoldOut = (answer: unknown): answer is DomainError =>
  answer instanceof DomainError && answer.reason === 'OUT_OF_STOCK';

/**
 * Makes sold out cheap: after a sale the services are queried a few times a second instead of once
 * per request. An answer is reused for `reuseMs` after its request was sent, so released units are
 * on sale again within that time. 0 disables reuse.
 */
export const createSoldOutMemory = ({
  reuseMs,
  clock,
}: {
  readonly reuseMs: number;
  readonly clock: Clock;
}): SoldOutMemory => {
  const answers = new LRUCache<string, Answer>({ max: ANSWERS_MAX });
  return {
    recall: (wish) => {
      if (reuseMs === 0) return undefined;
      const answer = answers.get(keyOf(wish));
      const now = clock.now().getTime();
      if (answer === undefined || now >= answer.until) return undefined;
      if (now < answer.renewAt) return answer.error;
      answer.renewAt = answer.until;
      return undefined;
    },
    keep: (wish, answer, askedAt) => {
      if (reuseMs === 0) return;
      const key = keyOf(wish);
      if (!isSoldOut(answer)) {
        answers.delete(key);
        return;
      }
      const asked = askedAt.getTime();
      const tookMs = clock.now().getTime() - asked;
      answers.set(key, {
        error: answer,
        until: asked + reuseMs,
        renewAt: asked + Math.max(reuseMs - MARGIN * tookMs, reuseMs * UNDISTURBED_SHARE),
      });
    },
  };
};
