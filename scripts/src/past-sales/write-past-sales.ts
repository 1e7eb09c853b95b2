import type { Db } from 'mongodb';
import { createPastReservation, type PastSales, productIdOf } from './past-reservation';

const BATCH_SIZE = 2_000;
/** Batches that are written at the same time. */
const WRITERS = 4;
/** Units of each product that are still on sale. */
const AVAILABLE = 100;

interface Identified {
  readonly _id: string;
}

interface LedgerRow extends Identified {
  readonly productId: string;
  readonly day: Date;
  sold: number;
}

const insert = async (
  db: Db,
  collection: string,
  documents: readonly Identified[],
): Promise<void> => {
  if (documents.length === 0) return;
  await db.collection<Identified>(collection).insertMany([...documents], { ordered: false });
};

/** Adds up sold units by product and by product and day. */
const createBooks = () => {
  const rows = new Map<string, LedgerRow>();
  const sold = new Map<string, number>();
  return {
    rows,
    sold,
    add: (productId: string, day: Date): void => {
      sold.set(productId, (sold.get(productId) ?? 0) + 1);
      const _id = `${productId}:${day.toISOString().slice(0, 10)}`;
      const row = rows.get(_id) ?? { _id, productId, day, sold: 0 };
      row.sold += 1;
      rows.set(_id, row);
    },
  };
};

const productOf = (_id: string, units: number, now: Date) => ({
  _id,
  name: `Past sale ${_id.slice(0, 8)}`,
  description: '',
  priceMinorUnits: 1_000,
  currencyCode: 'EUR',
  available: AVAILABLE,
  held: 0,
  sold: units,
  initialStock: AVAILABLE + units,
  createdAt: now,
  updatedAt: now,
});

/**
 * Writes products, holds, ledger and reservations of past sales. Nothing may run on the databases
 * meanwhile.
 */
export const writePastSales = async (
  databases: { readonly catalog: Db; readonly reservation: Db },
  sales: PastSales,
  onProgress: (written: number) => void,
): Promise<void> => {
  const books = createBooks();
  let next = 0;
  let written = 0;
  const writeBatches = async (): Promise<void> => {
    while (next < sales.reservations) {
      const from = next;
      next = Math.min(from + BATCH_SIZE, sales.reservations);
      const batch = Array.from({ length: next - from }, (_item, index) =>
        createPastReservation(sales, from + index),
      );
      for (const { status, productId, day } of batch) {
        if (status === 'CONFIRMED') books.add(productId, day);
      }
      await insert(
        databases.catalog,
        'holds',
        batch.flatMap(({ hold }) => hold ?? []),
      );
      await insert(
        databases.reservation,
        'reservations',
        batch.map(({ reservation }) => reservation),
      );
      written += batch.length;
      onProgress(written);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writeBatches));
  const rows = [...books.rows.values()];
  for (let from = 0; from < rows.length; from += BATCH_SIZE) {
    await insert(databases.catalog, 'stock_ledger', rows.slice(from, from + BATCH_SIZE));
  }
  const products = Array.from({ length: sales.products }, (_item, index) => {
    const productId = productIdOf(sales, index);
    return productOf(productId, books.sold.get(productId) ?? 0, sales.until);
  });
  for (let from = 0; from < products.length; from += BATCH_SIZE) {
    await insert(databases.catalog, 'products', products.slice(from, from + BATCH_SIZE));
  }
};
