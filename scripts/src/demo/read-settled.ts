import { setTimeout as pause } from 'node:timers/promises';
import type { FlashReserveClient, Product } from '@flashreserve/client';
import { isBookedAsTold } from './render-summary';
import type { Tally } from './tally';

const POLL_MS = 200;
/** Sales and returns show in the stock moments after their answers. */
const SETTLED_WITHIN_MS = 10_000;

/** Reads the product when its stock shows all that buyers were told, or after ten seconds. */
export const readSettled = async (options: {
  readonly client: Pick<FlashReserveClient, 'products'>;
  readonly productId: string;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}): Promise<Product> => {
  const { client, productId, tally, signal } = options;
  const giveUpAt = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const product = await client.products.get(productId, { fresh: true });
    if (isBookedAsTold(tally, product) || Date.now() > giveUpAt || signal.aborted) return product;
    // Rejects when it is aborted, which ends the loop.
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};
