import { STOCK_LIMITS } from '@flashreserve/contracts';
import type { mongo } from 'mongoose';
import type { PriceSnapshot, ProductChanges } from '../domain/product';
import type { StockChanges, StockMovement } from '../domain/stock-changes';
import type { ProductDocument } from './product.model';

const toFields = ({
  name,
  description,
  price,
  sku,
  metadata,
}: ProductChanges): Partial<ProductDocument> => ({
  ...(name === undefined ? {} : { name }),
  ...(description === undefined ? {} : { description }),
  ...(price === undefined
    ? {}
    : { priceMinorUnits: price.minorUnits, currencyCode: price.currencyCode }),
  ...(typeof sku === 'string' ? { sku } : {}),
  ...(metadata === undefined ? {} : { metadata }),
});

/** Precondition of a description. Products of earlier versions have no revision, which is 1. */
const isAtRevision = (revision: number) => ({
  revision: revision === 1 ? { $not: { $gt: 1 } } : revision,
});

const UNITS = ['$available', '$held', '$sold', { $ifNull: ['$writtenOff', 0] }];

/** Preconditions of a movement on the counters. Only an adjustment increases their sum. */
const conditionOf = ({ available, held, sold, writtenOff }: StockMovement) => {
  const growth = available + held + sold + writtenOff;
  const unitsMax = STOCK_LIMITS.productUnitsMax - growth;
  return {
    ...(available < 0 ? { available: { $gte: -available } } : {}),
    // A return of a hold that has it already must end as stale, not at the validator.
    ...(sold < 0 ? { sold: { $gte: -sold } } : {}),
    ...(growth > 0 ? { $expr: { $lte: [{ $add: UNITS }, unitsMax] } } : {}),
  };
};

/** Precondition of holds that copy the snapshot. */
const isSoldAs = ({ unitPrice, name, sku }: PriceSnapshot) => ({
  priceMinorUnits: unitPrice.minorUnits,
  currencyCode: unitPrice.currencyCode,
  name,
  sku: sku ?? { $exists: false },
});

/** An update of a product, as the update command takes it. */
export interface ProductUpdate {
  readonly q: mongo.Filter<ProductDocument>;
  readonly u: mongo.UpdateFilter<ProductDocument>;
}

/**
 * One update per product that a batch changes, sorted by product. An update that matches nothing
 * means that the store no longer matches the snapshot.
 */
export const toProductUpdates = ({
  movements,
  described,
  prices,
  time,
}: StockChanges): ProductUpdate[] => {
  const moved = new Map(movements.map((movement) => [movement.productId, movement]));
  const changed = new Map(described.map((description) => [description.productId, description]));
  const productIds = new Set([...moved.keys(), ...changed.keys(), ...prices.keys()]);
  return [...productIds].sort().map((productId) => {
    const movement = moved.get(productId);
    const description = changed.get(productId);
    const snapshot = prices.get(productId);
    return {
      q: {
        _id: productId,
        ...(movement && conditionOf(movement)),
        ...(description && isAtRevision(description.revision.before)),
        ...(snapshot && isSoldAs(snapshot)),
      },
      u: {
        ...(movement && {
          $inc: {
            available: movement.available,
            held: movement.held,
            sold: movement.sold,
            ...(movement.writtenOff !== 0 && { writtenOff: movement.writtenOff }),
          },
        }),
        $set: {
          ...(description && {
            ...toFields(description.changes),
            revision: description.revision.after,
          }),
          updatedAt: time,
        },
        ...(description?.changes.sku === null && { $unset: { sku: 1 } }),
      },
    };
  });
};
