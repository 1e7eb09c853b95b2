import type { Clock } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import { LRUCache } from 'lru-cache';

/** Units of one product that somebody asks for. */
export interface Wish {
  readonly productId: string;
  readonly quantity: number;
}

/** Sold-out answers that are young enough to be given again. */
export interface SoldOutMemory {
  /**
   * The answer that the same wish got a moment ago, if it was "sold out". Before an answer grows too old one caller
   * gets none, so that it asks again while the others still get the old one.
   */
  readonly recall: (wish: Wish) => DomainError | undefined;
  /**
   * Keeps an answer if it says "sold out", and forgets an earlier one if it says anything else. `askedAt` is when
   * the question left: the answer is no older.
   */
  readonly keep: (wish: Wish, answer: unknown, askedAt: Date) => void;
}

/** Many more than can be asked for within the time that an answer lives. */
const ANSWERS_MAX = 10_000;
/** An answer is asked for anew this many times earlier than the last one took, because a busy moment takes longer. */
const MARGIN = 3;
/** Share of its life for which an answer is good without asking anew, however slow the last one was. */
const UNDISTURBED_SHARE = 0.1;

interface Answer {
  readonly error: DomainError;
  readonly until: number;
  /** When somebody asks again; moved on by whoever does. */
  renewAt: number;
}

const keyOf = ({ productId, quantity }: Wish): string => `${productId}:${quantity}`;

const isSoldOut = (answer: unknown): answer is DomainError =>
  answer instanceof DomainError && answer.reason === 'OUT_OF_STOCK';

/**
 * Makes sold out cheap: a crowd that comes too late asks the services a few times a second, not each for itself. An
 * answer is given again for `reuseMs` after its question left, so units that come back are on sale within that
 * time. 0 remembers nothing.
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
