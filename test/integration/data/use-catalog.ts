import { createSilentLogger, newId, noFailpoints } from '@flashreserve/ops';
import { runMigrations } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import type { Hold } from '../../../services/catalog/src/domain/hold';
import type { StockLevels } from '../../../services/catalog/src/domain/product';
import { NO_MOVEMENT, noChanges } from '../../../services/catalog/src/domain/stock-changes';
import { createAuditReader } from '../../../services/catalog/src/mongo/audit.reader';
import { createHoldRepository } from '../../../services/catalog/src/mongo/hold.repository';
import { createLedgerReader } from '../../../services/catalog/src/mongo/ledger.reader';
import { MIGRATIONS } from '../../../services/catalog/src/mongo/migrations';
import { type CatalogModels, createModels } from '../../../services/catalog/src/mongo/models';
import { createProductRepository } from '../../../services/catalog/src/mongo/product.repository';
import { createRetentionRepository } from '../../../services/catalog/src/mongo/retention.repository';
import { createRunTransaction } from '../../../services/catalog/src/mongo/run-transaction';
import { createStockRepository } from '../../../services/catalog/src/mongo/stock.repository';
import { exercise, fill, type ServiceUses } from './exercise';

const COUNT = 3_000;
const STATES = ['HELD', 'SOLD', 'RELEASED', 'SOLD'] as const;
const NOW = new Date();
const SOON = new Date(NOW.getTime() + 600_000);

const productOf = (productId: string) => ({
  productId,
  name: 'Lamp',
  description: '',
  price: { minorUnits: 1, currencyCode: 'EUR' },
  available: 100,
  held: 0,
  sold: 0,
  writtenOff: 0,
  revision: 1,
  initialStock: 100,
  createdAt: NOW,
  updatedAt: NOW,
});

const customerId = 'customer';
const lines = [{ productId: 'product-1', quantity: 1 }];

const holdOf = (reservationId: string): Hold => ({
  reservationId,
  customerId,
  lines,
  state: 'HELD',
  expiresAt: SOON,
  overdueAt: SOON,
  createdAt: NOW,
});

/** Most products are sold out. */
const fillCatalog = async (connection: Connection): Promise<void> => {
  const product = (index: number) => ({
    _id: `product-${index}`,
    name: 'Lamp',
    description: '',
    priceMinorUnits: 1,
    currencyCode: 'EUR',
    available: index < 100 ? 100 : 0,
    held: 10,
    sold: 10,
    revision: 1,
    initialStock: 110,
    createdAt: NOW,
    updatedAt: NOW,
  });
  await fill(connection, 'products', { count: COUNT, make: product });
  const hold = (index: number) => ({
    _id: `hold-${index}`,
    customerId: 'customer',
    lines: [{ productId: `product-${index}`, quantity: 1 }],
    state: STATES[index % STATES.length],
    expireTime: new Date(NOW.getTime() + index),
    settledAt: NOW,
    createdAt: NOW,
    ...(index % STATES.length === 1 && { unfolded: true }),
    ...(index % STATES.length === 3 && { foldedAt: new Date(NOW.getTime() - index) }),
  });
  await fill(connection, 'holds', { count: COUNT, make: hold });
  const adjustment = (index: number) => ({
    _id: `adjustment-${index}`,
    productId: `product-${index}`,
    delta: 1,
    reason: 'counted',
    createdBy: 'admin',
    createdAt: NOW,
  });
  await fill(connection, 'stock_adjustments', { count: COUNT, make: adjustment });
  const row = (index: number) => ({
    _id: `product-${index}:2026-01-01`,
    productId: `product-${index}`,
    day: NOW,
    sold: 1,
  });
  await fill(connection, 'stock_ledger', { count: COUNT, make: row });
  const creation = (index: number) => ({
    _id: `request-${index}`,
    productId: `product-${index}`,
    contentDigest: 'digest',
    createdAt: new Date(NOW.getTime() - index),
  });
  await fill(connection, 'product_creations', { count: COUNT, make: creation });
};

const useProducts = (models: CatalogModels): Promise<void> =>
  exercise(createProductRepository(models), {
    find: (find) => find('product-1'),
    list: async (list) => {
      for (const after of [undefined, 'product-2000']) {
        for (const availableOnly of [true, false]) await list({ after, availableOnly, limit: 20 });
      }
    },
    insert: (insert) => insert(productOf(newId())),
    findStockLevels: (findStockLevels) => findStockLevels(['product-1', 'product-2']),
  });

const useTransaction = (connection: Connection, models: CatalogModels): Promise<void> =>
  createRunTransaction(
    connection,
    models,
  )((transaction) =>
    exercise(transaction, {
      findProduct: (findProduct) => findProduct('product-1'),
      insertProduct: (insertProduct) => insertProduct(productOf(newId())),
      findCreation: (findCreation) => findCreation('request'),
      insertCreation: (insertCreation) =>
        insertCreation({
          requestId: newId(),
          productId: 'product-1',
          contentDigest: 'digest',
          createdAt: NOW,
        }),
    }),
  );

const soldAs = (sku?: string) =>
  new Map([
    [
      'product-1',
      {
        name: 'Lamp',
        unitPrice: { minorUnits: 1, currencyCode: 'EUR' },
        ...(sku !== undefined && { sku }),
      },
    ],
  ]);

const moved = (units: Partial<StockLevels>) => [
  { productId: 'product-1', ...NO_MOVEMENT, ...units },
];

const returnOf = (returnId: string) => ({
  returnId,
  lines,
  writeOff: true,
  reason: 'broken',
  createdAt: NOW,
});

const useStock = (connection: Connection, models: CatalogModels): Promise<void> =>
  exercise(createStockRepository(connection, models, noFailpoints), {
    read: (read) =>
      read([
        {
          kind: 'take',
          hold: { reservationId: newId(), customerId, lines, expiresAt: SOON },
          deadline: SOON,
        },
        { kind: 'settle', reservationId: 'hold-0', into: 'SOLD', deadline: SOON },
        {
          kind: 'return',
          request: {
            reservationId: 'hold-1',
            returnId: newId(),
            lines,
            writeOff: true,
            reason: 'broken',
          },
          deadline: SOON,
        },
      ]),
    readProducts: (readProducts) =>
      readProducts([
        {
          kind: 'adjust',
          adjustment: {
            adjustmentId: 'adjustment-1',
            requestId: 'request',
            productId: 'product-1',
            delta: 1,
            reason: 'counted',
            createdBy: 'admin',
          },
          deadline: SOON,
        },
        {
          kind: 'describe',
          productId: 'product-1',
          changes: { sku: 'sku-1' },
          deadline: SOON,
        },
      ]),
    write: async (write) => {
      const made = holdOf(newId());
      const adjusted = (delta: number) => ({
        adjustmentId: newId(),
        productId: 'product-1',
        delta,
        reason: 'counted',
        createdBy: 'admin',
        createdAt: NOW,
      });
      const changes = noChanges(NOW);
      const taken = { ...changes, movements: moved({ available: -1, held: 1 }) };
      await write({ ...taken, made: [made], prices: soldAs() });
      await write({ ...taken, made: [holdOf(newId())], prices: soldAs('sku-1') });
      await write({
        ...changes,
        settled: [{ ...made, state: 'RELEASED', settledAt: NOW }],
        movements: moved({ available: 0, held: -1 }),
      });
      for (const before of [0, 1]) {
        await write({
          ...changes,
          returned: [{ reservationId: 'hold-1', before, returns: [returnOf(newId())] }],
          movements: moved({ sold: -1, writtenOff: 1 }),
        });
      }
      await write({
        ...changes,
        adjusted: [adjusted(-1)],
        movements: moved({ available: -1, held: 0 }),
      });
      await write({
        ...changes,
        adjusted: [adjusted(1)],
        movements: moved({ available: 1, held: 0 }),
        described: [
          { productId: 'product-2', changes: { name: 'Lamp' }, revision: { before: 1, after: 2 } },
        ],
      });
    },
  });

const useReaders = async (connection: Connection, models: CatalogModels): Promise<void> => {
  await exercise(createHoldRepository(models), {
    listOverdue: async (listOverdue) => {
      const query = { dueAt: SOON, limit: 100 };
      await listOverdue({ ...query, after: undefined });
      await listOverdue({ ...query, after: { overdueAt: NOW, reservationId: 'hold-0' } });
    },
    postpone: (postpone) => postpone('hold-0', SOON),
  });
  await exercise(createAuditReader(connection, models), {
    read: async (read) => {
      for (const after of [undefined, 'product-1']) {
        for (const productIds of [undefined, ['product-1', 'product-2']]) {
          await read({ after, productIds, limit: 20 });
        }
      }
    },
  });
  await exercise(createLedgerReader(connection, models), {
    read: async (read) => {
      for (const after of [undefined, 'product-1']) await read({ after, limit: 20 });
    },
  });
};

const useRetention = (connection: Connection, models: CatalogModels): Promise<void> => {
  const old = { before: new Date(NOW.getTime() - COUNT / 2), limit: 20 };
  return exercise(createRetentionRepository(connection, models), {
    foldSold: (foldSold) => foldSold({ now: NOW, limit: 20 }),
    deleteReleased: (deleteReleased) => deleteReleased({ ...old, before: SOON }),
    deleteFolded: (deleteFolded) => deleteFolded(old),
    deleteCreations: (deleteCreations) => deleteCreations(old),
  });
};

/** Every query of catalog's adapters, and a database to ask them. */
export const usesOfCatalog = (connection: Connection): ServiceUses => {
  const models = createModels(connection);
  return {
    prepare: async () => {
      await runMigrations({ connection, migrations: MIGRATIONS, log: createSilentLogger() });
      await fillCatalog(connection);
    },
    use: async () => {
      await useProducts(models);
      await useTransaction(connection, models);
      await useStock(connection, models);
      await useReaders(connection, models);
      await useRetention(connection, models);
    },
  };
};
