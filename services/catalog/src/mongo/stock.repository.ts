import type { Failpoints } from '@flashreserve/ops';
import {
  attemptTransaction,
  driverCollection,
  isDuplicateKey,
  isTransactionConflict,
  limitStoreCalls,
  writesInTransaction,
} from '@flashreserve/store';
import type { ClientSession, Connection } from 'mongoose';
import type { StockStore } from '../application/ports';
import type { Hold, SettledState } from '../domain/hold';
import type { StockRequest } from '../domain/stock-batch';
import type { StockChanges } from '../domain/stock-changes';
import { toHold, toHoldRecord } from './hold.model';
import type { CatalogModels } from './models';
import { type ProductDocument, SNAPSHOT_FIELDS, toPriceSnapshot } from './product.model';
import { createProductBatchReader } from './product-batch.reader';
import { toProductUpdates } from './product-updates';
import { toHoldUpdate, toLedgerUpdates } from './return-writes';
import { toStockAdjustmentRecord } from './stock-adjustment.model';

/** Thrown to abort the transaction when a write's condition is not met. */
class StaleSnapshotError extends Error {
  override readonly name = 'StaleSnapshotError';
}

/** What planning needs of a product. */
const STOCK_FIELDS = { available: 1, ...SNAPSHOT_FIELDS } as const;

type StockRecord = Pick<ProductDocument, '_id' | keyof typeof STOCK_FIELDS>;

const createReader = ({ holds, products }: CatalogModels) => {
  const findHolds = async (ids: readonly string[]): Promise<[string, Hold][]> => {
    if (ids.length === 0) return [];
    const records = await holds
      .find({ _id: { $in: ids } })
      .lean()
      .exec();
    return records.map((record) => [record._id, toHold(record)]);
  };
  const findStock = async (ids: readonly string[]) => {
    if (ids.length === 0) return [];
    return products
      .find({ _id: { $in: ids } }, STOCK_FIELDS)
      .lean<StockRecord[]>()
      .exec();
  };
  const productIdsOf = (items: readonly Pick<Hold, 'lines'>[]): string[] => [
    ...new Set(items.flatMap(({ lines }) => lines.map(({ productId }) => productId))),
  ];

  return async (requests: readonly StockRequest[]) => {
    const taken = requests.flatMap((request) => (request.kind === 'take' ? [request.hold] : []));
    const settledIds = requests.flatMap((request) => {
      if (request.kind === 'take') return [];
      return request.kind === 'settle' ? [request.reservationId] : [request.request.reservationId];
    });
    const [settled, wanted] = await Promise.all([
      findHolds(settledIds),
      findStock(productIdsOf(taken)),
    ]);
    const settledProducts = productIdsOf(settled.map(([, hold]) => hold));
    const known = new Set(wanted.map(({ _id }) => _id));
    const [repeated, others] = await Promise.all([
      // Read after the products, so that a hold that took the last units is seen.
      findHolds(taken.map(({ reservationId }) => reservationId)),
      findStock(settledProducts.filter((productId) => !known.has(productId))),
    ]);
    const stock = [...wanted, ...others];
    return {
      holds: new Map([...settled, ...repeated]),
      available: new Map(stock.map(({ _id, available }) => [_id, available])),
      prices: new Map(stock.map((record) => [record._id, toPriceSnapshot(record)])),
    };
  };
};

const createWriter = (models: CatalogModels, failpoints: Failpoints) => {
  const { holds } = models;
  const hotProducts = writesInTransaction(driverCollection(models.products));
  const hotHolds = writesInTransaction(driverCollection(models.holds));

  const moveUnits = async (changes: StockChanges, session: ClientSession): Promise<void> => {
    const updates = toProductUpdates(changes);
    if (updates.length === 0) return;
    const matched = await hotProducts.update(updates, session);
    if (matched !== updates.length) throw new StaleSnapshotError();
  };

  const keepAdjustments = async (
    { adjusted }: StockChanges,
    session: ClientSession,
  ): Promise<void> => {
    if (adjusted.length === 0) return;
    await models.stockAdjustments.insertMany(adjusted.map(toStockAdjustmentRecord), { session });
  };

  const makeHolds = async ({ made }: StockChanges, session: ClientSession): Promise<void> => {
    if (made.length === 0) return;
    await hotHolds.insert(made.map(toHoldRecord), session);
  };

  const settleHolds = async (
    { settled, time }: StockChanges,
    state: SettledState,
    session: ClientSession,
  ): Promise<void> => {
    const ids = settled
      .filter((hold) => hold.state === state)
      .map(({ reservationId }) => reservationId);
    if (ids.length === 0) return;
    const { modifiedCount } = await holds
      .updateMany(
        { _id: { $in: ids }, state: 'HELD' },
        { $set: { state, settledAt: time, ...(state === 'SOLD' && { unfolded: true }) } },
      )
      .session(session)
      .exec();
    if (modifiedCount !== ids.length) throw new StaleSnapshotError();
  };

  const keepReturns = async (changes: StockChanges, session: ClientSession): Promise<void> => {
    const { returned } = changes;
    if (returned.length === 0) return;
    const { matchedCount } = await holds.bulkWrite(returned.map(toHoldUpdate), { session });
    if (matchedCount !== returned.length) throw new StaleSnapshotError();
    await models.stockLedger.bulkWrite(toLedgerUpdates(changes), { session });
  };

  const steps = failpoints.around('catalog.transaction', {
    moveUnits,
    makeHolds,
    settleHolds,
    keepReturns,
    keepAdjustments,
  });
  return async (changes: StockChanges, session: ClientSession): Promise<void> => {
    // Hot documents first, so that a batch that has lost the race fails before it does more work.
    await steps.moveUnits(changes, session);
    await steps.makeHolds(changes, session);
    await steps.settleHolds(changes, 'RELEASED', session);
    await steps.settleHolds(changes, 'SOLD', session);
    await steps.keepReturns(changes, session);
    await steps.keepAdjustments(changes, session);
  };
};

/**
 * Maximum attempts per write. A batch that conflicts with another instance's is written again at
 * once without replanning: its conditions still protect the stock. The store reports a conflict
 * without waiting for the other transaction, so each attempt costs one short command. After the
 * last, the caller backs off and plans the batch from a new read. Pauses between these attempts did
 * not make two instances on one product faster.
 */
const ATTEMPTS_MAX = 4;
/**
 * A transaction that hangs before its commit is aborted in the store after this time, in
 * milliseconds, which releases its products. There is no further attempt after it, because the
 * callers may have stopped waiting.
 */
const WRITE_MS_MAX = 5_000;

/**
 * Keeps holds and counters consistent: every write is one transaction, and all its conditions must
 * be met.
 */
export const createStockRepository = (
  connection: Connection,
  models: CatalogModels,
  failpoints: Failpoints,
): StockStore => {
  const read = createReader(models);
  const readProducts = createProductBatchReader(models);
  const writeIn = createWriter(models, failpoints);

  const attempt = async (changes: StockChanges): Promise<'written' | 'stale' | 'conflict'> => {
    try {
      await attemptTransaction(connection, (session) => writeIn(changes, session), {
        workMsMax: WRITE_MS_MAX,
      });
      return 'written';
    } catch (error) {
      if (isTransactionConflict(error)) return 'conflict';
      if (error instanceof StaleSnapshotError || isDuplicateKey(error)) return 'stale';
      throw error;
    }
  };

  const write = async (changes: StockChanges): Promise<'written' | 'stale'> => {
    const giveUpAt = Date.now() + WRITE_MS_MAX;
    for (let attempts = 0; attempts < ATTEMPTS_MAX && Date.now() < giveUpAt; attempts += 1) {
      const result = await attempt(changes);
      if (result !== 'conflict') return result;
    }
    return 'stale';
  };

  return limitStoreCalls({ read, readProducts, write });
};
