import { type FlashReserveClient, isProblem } from '@flashreserve/client';
import { countOf } from '../words';

const REASON = 'The demonstration sale is over.';
/** The stock may change between reading and adjusting it. */
const ATTEMPTS_MAX = 5;

/**
 * Removes the remaining units of the product, so that the demonstration leaves nothing on sale.
 * Units still held go back on sale when their hold expires; the returned message says so.
 */
export const takeOffSale = async (
  client: FlashReserveClient,
  productId: string,
): Promise<string> => {
  for (let attempt = 1; ; attempt += 1) {
    const product = await client.products.get(productId, { fresh: true });
    const { stockQuantity, heldQuantity } = product;
    const later =
      heldQuantity === 0
        ? ''
        : ` ${countOf(heldQuantity, 'unit')} that ${heldQuantity === 1 ? 'is' : 'are'} still held will be on sale when the hold ends.`;
    if (stockQuantity === 0) return `The product is off sale.${later}`;
    try {
      await client.products.adjustStock(productId, { delta: -stockQuantity, reason: REASON });
      return `The product is off sale: ${countOf(stockQuantity, 'unit')} taken back.${later}`;
    } catch (error) {
      if (!isProblem(error, 'INSUFFICIENT_STOCK') || attempt === ATTEMPTS_MAX) throw error;
    }
  }
};
