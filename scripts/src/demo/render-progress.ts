import type { Product } from '@flashreserve/client';
import { percentile, type Tally } from './tally';

const BAR_WIDTH = 24;

/** Sold, held and available units as one bar. */
const renderBar = ({ soldQuantity, heldQuantity, stockQuantity }: Product): string => {
  const total = Math.max(1, soldQuantity + heldQuantity + stockQuantity);
  const sold = Math.round((soldQuantity / total) * BAR_WIDTH);
  const taken = Math.round(((soldQuantity + heldQuantity) / total) * BAR_WIDTH);
  return '█'.repeat(sold) + '▒'.repeat(taken - sold) + '·'.repeat(BAR_WIDTH - taken);
};

export const milliseconds = (value: number | undefined): string =>
  value === undefined ? '-' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** One line with the current state of the sale. */
export const renderProgress = (product: Product, tally: Tally, leftMs: number): string => {
  const { stockQuantity, heldQuantity, soldQuantity } = product;
  return [
    `${String(Math.ceil(leftMs / 1_000)).padStart(3)} s left`,
    renderBar(product),
    `sold ${soldQuantity}  held ${heldQuantity}  available ${stockQuantity}`,
    `refused ${tally.refused}`,
    `p99 ${milliseconds(percentile(tally.answerTimesMs, 0.99))}`,
  ].join('  ');
};
