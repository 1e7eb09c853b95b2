import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { mongo } from 'mongoose';
import type { ProductChanges } from '../domain/product';
import type { StockChanges, StockMovement } from '../domain/stock-changes';
import type { ProductDocument } from './product.model';

const toFields = ({ name, description, price }: ProductChanges): Partial<ProductDocument> => ({
  ...(name === undefined ? {} : { name }),
  ...(description === undefined ? {} : { description }),
  ...(price === undefined
    ? {}
    : { priceMinorUnits: price.minorUnits, currencyCode: price.currencyCode }),
});

/** Preconditions of a movement on the counters. Only an adjustment increases their sum. */
const conditionOf = ({ available, held, sold }: StockMovement) => {
  const growth = available + held + sold;
  const unitsMax = STOCK_LIMITS.productUnitsMax - growth;
  return {
    ...(available < 0 ? { available: { $gte: -available } } : {}),
    ...(growth > 0
      ? { $expr: { $lte: [{ $add: ['$available', '$held', '$sold'] }, unitsMax] } }
      : {}),
  };
};

/**
 * One update per product that a batch changes, sorted by product. An update that matches nothing
 * means that the store no longer matches the snapshot.
 */
export const toProductUpdates = ({
  movements,
  described,
  time,
}: StockChanges): mongo.AnyBulkWriteOperation<ProductDocument>[] => {
  const moved = new Map(movements.map((movement) => [movement.productId, movement]));
  const changed = new Map(described.map(({ productId, changes }) => [productId, changes]));
  return [...new Set([...moved.keys(), ...changed.keys()])].sort().map((productId) => {
    const movement = moved.get(productId);
    return {
      updateOne: {
        filter: { _id: productId, ...(movement && conditionOf(movement)) },
        update: {
          ...(movement && {
            $inc: { available: movement.available, held: movement.held, sold: movement.sold },
          }),
          $set: { ...toFields(changed.get(productId) ?? {}), updatedAt: time },
        },
      },
    };
  });
};
