import type { ProductDocument } from './documents';
import type { ProductRow } from './report';

export interface LedgerSums {
  readonly adjusted: number;
  readonly heldInHolds: number;
  readonly soldInHolds: number;
  readonly writtenOffInHolds: number;
}

/** Compares a product's counters with its ledger. */
export const checkProduct = (product: ProductDocument, sums: LedgerSums): ProductRow => {
  const { available, held, sold, writtenOff = 0 } = product;
  const stocked = product.initialStock + sums.adjusted;
  const problems: string[] = [];
  for (const [name, units] of Object.entries({ available, held, sold, writtenOff, stocked })) {
    if (!Number.isSafeInteger(units)) problems.push(`${name} is not a whole number`);
    else if (units < 0) problems.push(`${name} is below zero`);
  }
  const total = available + held + sold + writtenOff;
  if (total !== stocked)
    problems.push(`available + held + sold + writtenOff is ${total}, stocked is ${stocked}`);
  if (held !== sums.heldInHolds) problems.push(`held is ${held}, holds say ${sums.heldInHolds}`);
  if (sold !== sums.soldInHolds) problems.push(`sold is ${sold}, holds say ${sums.soldInHolds}`);
  if (writtenOff !== sums.writtenOffInHolds)
    problems.push(`writtenOff is ${writtenOff}, returns say ${sums.writtenOffInHolds}`);
  return {
    productId: product._id,
    name: product.name,
    stocked,
    available,
    held,
    sold,
    writtenOff,
    heldInHolds: sums.heldInHolds,
    soldInHolds: sums.soldInHolds,
    writtenOffInHolds: sums.writtenOffInHolds,
    problems,
  };
};
