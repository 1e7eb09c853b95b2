import type { Product } from '@flashreserve/client';
import { countOf } from '../words';
import { milliseconds } from './render-progress';
import { percentile, type Tally } from './tally';

const renderFailures = ({ failures }: Tally): string =>
  failures.size === 0
    ? 'none'
    : [...failures].map(([reason, count]) => `${count} ${reason}`).join(', ');

/** Units that buyers were told are theirs, without those that they sent back. */
const toldSold = ({ units }: Tally): number => units.confirmed - units.restocked - units.writtenOff;

/**
 * Whether the booked units match what buyers and the shop were told; after failures, units may have
 * been sold or returned without an answer.
 */
export const isBookedAsTold = (
  tally: Tally,
  { soldQuantity, writtenOffQuantity }: Product,
): boolean => {
  const { units, perhapsReturned, failures } = tally;
  return failures.size > 0
    ? soldQuantity >= toldSold(tally) - perhapsReturned && writtenOffQuantity >= units.writtenOff
    : soldQuantity === toldSold(tally) && writtenOffQuantity === units.writtenOff;
};

/** The result of the sale in a few lines. */
export const renderSummary = (
  tally: Tally,
  product: Product,
  sale: { readonly buyers: number; readonly seconds: number },
): string => {
  const { units, refused, answerTimesMs } = tally;
  const { stockQuantity, heldQuantity, soldQuantity, writtenOffQuantity, name } = product;
  const all = soldQuantity + heldQuantity + stockQuantity + writtenOffQuantity;
  const perSecond = Math.round(answerTimesMs.length / Math.max(1, sale.seconds));
  const time = (share: number): string => milliseconds(percentile(answerTimesMs, share));
  return `
${name}: ${countOf(all, 'unit')}, ${countOf(sale.buyers, 'buyer')}, ${sale.seconds} s

  asked        ${answerTimesMs.length} times, ${perSecond} a second; answers p50 ${time(0.5)}, p99 ${time(0.99)}
  reserved     ${units.reserved}: ${units.confirmed} confirmed, ${units.cancelled} cancelled, ${units.leftAlone} abandoned
  sent back    ${units.restocked + units.writtenOff}: ${units.restocked} on sale again, ${units.writtenOff} broken and written off
  refused      ${refused} times, sold out
  failures     ${renderFailures(tally)}
  in the end   ${soldQuantity} sold, ${heldQuantity} held, ${stockQuantity} available, ${writtenOffQuantity} written off
  told, booked ${toldSold(tally)} sold, ${soldQuantity} sold: ${isBookedAsTold(tally, product) ? 'right' : 'WRONG'}
`;
};
