import type { Clock } from '@flashreserve/platform/clock';
import { DomainError } from '@flashreserve/platform/errors';
import { LRUCache } from 'lru-cache';

/** Units of one product that somebody asks for. */
export interface Wish {
  readonly productId: string;
  readonly quantity: number;
}

/** Sold-out answers that are young enough to be given again. */
export interface SoldOutMemory {
  /** The answer that the same wish got a moment ago, if it was "sold out". */
  readonly recall: (wish: Wish) => DomainError | undefined;
  /** Keeps an answer if it says "sold out". `askedAt` is when the question left: the answer is no older. */
  readonly keep: (wish: Wish, answer: unknown, askedAt: Date) => void;
}

/** Many more than can be asked for within the time that an answer lives. */
const ANSWERS_MAX = 10_000;

const keyOf = ({ productId, quantity }: Wish): string => `${productId}:${quantity}`;

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
  const answers = new LRUCache<string, { readonly error: DomainError; readonly until: number }>({
    max: ANSWERS_MAX,
  });
  return {
    recall: (wish) => {
      if (reuseMs === 0) return undefined;
      const answer = answers.get(keyOf(wish));
      return answer !== undefined && clock.now().getTime() < answer.until
        ? answer.error
        : undefined;
    },
    keep: (wish, answer, askedAt) => {
      if (reuseMs === 0) return;
      if (!(answer instanceof DomainError) || answer.reason !== 'OUT_OF_STOCK') return;
      answers.set(keyOf(wish), { error: answer, until: askedAt.getTime() + reuseMs });
    },
  };
};
