import { inTransaction, isDuplicateKey, withinTime } from '@flashreserve/store';
import type { ClientSession, Connection } from 'mongoose';
import type { CatalogTransaction, RunTransaction } from '../application/ports';
import { insertProduct } from './insert-product';
import type { CatalogModels } from './models';
import { toProduct } from './product.model';

const createTransaction = (models: CatalogModels, session: ClientSession): CatalogTransaction => ({
  findProduct: async (productId) => {
    const record = await models.products.findById(productId).session(session).lean().exec();
    return record === null ? undefined : toProduct(record);
  },
  insertProduct: (product) => insertProduct(models, product, session),
  findCreation: async (requestId) => {
    const record = await models.productCreations.findById(requestId).session(session).lean().exec();
    if (record === null) return undefined;
    const { productId, contentDigest, createdAt } = record;
    return { requestId, productId, contentDigest, createdAt };
  },
  insertCreation: async ({ requestId, productId, contentDigest, createdAt }) => {
    await models.productCreations.insertMany(
      [{ _id: requestId, productId, contentDigest, createdAt }],
      { session },
    );
  },
});

/** Conflicts are retried during the first 8 seconds. */
const TRANSACTION_MS_MAX = 10_000;

/** Runs transactions that insert several documents and update none that buyers compete for. */
export const createRunTransaction =
  (connection: Connection, models: CatalogModels): RunTransaction =>
  async (work) => {
    const run = () =>
      withinTime(
        TRANSACTION_MS_MAX,
        inTransaction(connection, (session) => work(createTransaction(models, session))),
      );
    try {
      return await run();
    } catch (error) {
      // Another call with the same request id committed first; its result can be read now.
      if (isDuplicateKey(error)) return run();
      throw error;
    }
  };
