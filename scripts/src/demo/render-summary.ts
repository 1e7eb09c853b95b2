import type { Product } from '@flashreserve/client';
import { countOf } from '../words';
import { milliseconds } from './render-progress';
import { percentile, type Tally } from './tally';

const renderFailures = ({ failures }: Tally): string =>
  failures.size === 0
    ? 'none'
    : [...failures].map(([reason, count]) => `${count} ${reason}`).join(', ');

/**
 * Whether the booked units match the confirmations; after failures, units may have been sold
 * without a confirmation.
 */
export const isBookedAsTold = ({ units, failures }: Tally, { soldQuantity }: Product): boolean =>
  failures.size > 0 ? soldQuantity >= units.confirmed : soldQuantity === units.confirmed;

/** The result of the sale in a few lines. */
export const renderSummary = (
  tally: Tally,
  product: Product,
  sale: { readonly buyers: number; readonly seconds: number },
): string => {
  const { units, refused, answerTimesMs } = tally;
  const { stockQuantity, heldQuantity, soldQuantity, name } = product;
  const perSecond = Math.round(answerTimesMs.length / Math.max(1, sale.seconds));
  const time = (share: number): string => milliseconds(percentile(answerTimesMs, share));
  return `
${name}: ${countOf(soldQuantity + heldQuantity + stockQuantity, 'unit')}, ${countOf(sale.buyers, 'buyer')}, ${sale.seconds} s

  asked        ${answerTimesMs.length} times, ${perSecond} a second; answers p50 ${time(0.5)}, p99 ${time(0.99)}
  reserved     ${units.reserved}: ${units.confirmed} confirmed, ${units.cancelled} cancelled, ${units.leftAlone} abandoned
  refused      ${refused} times, sold out
  failures     ${renderFailures(tally)}
  in the end   ${soldQuantity} sold, ${heldQuantity} held, ${stockQuantity} available
  told, booked ${units.confirmed} sold, ${soldQuantity} sold: ${isBookedAsTold(tally, product) ? 'right' : 'WRONG'}
`;
};
