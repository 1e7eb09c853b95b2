import type { ClientSession, Db, MongoClient } from 'mongodb';
import { checkProduct } from './check-product';
import type { ProductDocument } from './documents';
import type { ProductRow } from './report';

/** Products per transaction, which must end before the store's limit for transactions. */
const PAGE_SIZE = 1_000;
/** Maximum number of rows in the report, of each kind. */
const WRONG_MAX = 1_000;
const RIGHT_MAX = 100;

interface Sum {
  readonly _id: string;
  readonly units: number;
}

type Sums = ReadonlyMap<string, number>;

const sum = async (
  db: Db,
  collection: string,
  stages: readonly object[],
  options: { readonly session: ClientSession; readonly hint?: string },
): Promise<Sums> => {
  const found = await db
    .collection(collection)
    .aggregate<Sum>([...stages], options)
    .toArray();
  return new Map(found.map(({ _id, units }) => [_id, units]));
};

/**
 * The indexes of the holds that a sum needs; a planner might read all holds of the past instead.
 */
const HELD = { match: { state: 'HELD' }, index: 'held' };
const UNFOLDED = { match: { state: 'SOLD', unfolded: true }, index: 'unfolded' };

/** The names of the indexes of holds. A database that is not migrated yet lacks some of them. */
const readHoldIndexes = async (db: Db): Promise<ReadonlySet<string>> => {
  const indexes = (await db.listCollections({ name: 'holds' }).hasNext())
    ? await db.collection('holds').indexes()
    : [];
  return new Set(indexes.flatMap(({ name }) => name ?? []));
};

/** Units of these products in the holds that match. */
const sumHolds = (
  db: Db,
  { match, index }: typeof HELD | typeof UNFOLDED,
  ids: readonly string[],
  session: ClientSession,
  indexes: ReadonlySet<string>,
): Promise<Sums> =>
  sum(
    db,
    'holds',
    [
      { $match: { ...match, 'lines.productId': { $in: ids } } },
      { $unwind: '$lines' },
      { $match: { 'lines.productId': { $in: ids } } },
      { $group: { _id: '$lines.productId', units: { $sum: '$lines.quantity' } } },
    ],
    indexes.has(index) ? { session, hint: index } : { session },
  );

const sumByProduct = (
  db: Db,
  source: { readonly collection: string; readonly field: string },
  ids: readonly string[],
  session: ClientSession,
): Promise<Sums> =>
  sum(
    db,
    source.collection,
    [
      { $match: { productId: { $in: ids } } },
      { $group: { _id: '$productId', units: { $sum: `$${source.field}` } } },
    ],
    { session },
  );

/**
 * Reads counters and ledger of one page in one snapshot, so that a sale does not show as a
 * difference.
 */
const readPage = async (
  db: Db,
  after: string,
  session: ClientSession,
  indexes: ReadonlySet<string>,
): Promise<readonly ProductRow[]> => {
  const products = await db
    .collection<ProductDocument>('products')
    .find({ _id: { $gt: after } }, { session })
    .sort({ _id: 1 })
    .limit(PAGE_SIZE)
    .toArray();
  if (products.length === 0) return [];
  const ids = products.map(({ _id }) => _id);
  const deltas = { collection: 'stock_adjustments', field: 'delta' };
  const ledgerOf = (field: string) =>
    sumByProduct(db, { collection: 'stock_ledger', field }, ids, session);
  const adjusted = await sumByProduct(db, deltas, ids, session);
  const folded = await ledgerOf('sold');
  const returned = await ledgerOf('returned');
  const writtenOff = await ledgerOf('writtenOff');
  const held = await sumHolds(db, HELD, ids, session, indexes);
  const sold = await sumHolds(db, UNFOLDED, ids, session, indexes);
  return products.map((product) =>
    checkProduct(product, {
      adjusted: adjusted.get(product._id) ?? 0,
      heldInHolds: held.get(product._id) ?? 0,
      soldInHolds:
        (sold.get(product._id) ?? 0) +
        (folded.get(product._id) ?? 0) -
        (returned.get(product._id) ?? 0),
      writtenOffInHolds: writtenOff.get(product._id) ?? 0,
    }),
  );
};

export interface ProductsAudit {
  readonly rows: readonly ProductRow[];
  readonly checked: number;
  readonly wrong: number;
}

/** Compares the counters of every product with its ledger, page by page. */
export const auditProducts = async (client: MongoClient, db: Db): Promise<ProductsAudit> => {
  const wrong: ProductRow[] = [];
  const right: ProductRow[] = [];
  let wrongCount = 0;
  let checked = 0;
  let after = '';
  const indexes = await readHoldIndexes(db);
  for (;;) {
    const rows = await client.withSession((session) =>
      session.withTransaction(() => readPage(db, after, session, indexes), {
        readConcern: { level: 'snapshot' },
      }),
    );
    const last = rows.at(-1);
    if (last === undefined) return { rows: [...wrong, ...right], checked, wrong: wrongCount };
    after = last.productId;
    checked += rows.length;
    for (const row of rows) {
      const isWrong = row.problems.length > 0;
      if (isWrong) wrongCount += 1;
      const [kept, max] = isWrong ? [wrong, WRONG_MAX] : [right, RIGHT_MAX];
      if (kept.length < max) kept.push(row);
    }
  }
};
