import { type Db, type Document, MongoClient } from 'mongodb';
import type { Line, ReservationStatus } from '../history/history';
import type {
  Store,
  StoredAdjustment,
  StoredHold,
  StoredLedgerRow,
  StoredProduct,
  StoredReservation,
  StoredReturn,
} from './store';

const CONNECT_TIMEOUT_MS = 10_000;
const BATCH_SIZE = 1_000;

interface ProductDocument extends Omit<StoredProduct, 'productId' | 'writtenOff'> {
  readonly _id: string;
  readonly writtenOff?: number;
}

interface HoldDocument {
  readonly _id: string;
  readonly customerId: string;
  readonly lines: readonly Line[];
  readonly state: StoredHold['state'];
  readonly expireTime: Date;
  readonly reservationExpireTime?: Date;
  readonly returns?: readonly StoredReturn[];
}

interface ReservationDocument {
  readonly _id: string;
  readonly customerId?: string;
  readonly lines?: readonly Line[];
  readonly status: ReservationStatus;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly confirmedAt?: Date;
  readonly expiredAt?: Date;
  readonly tombstone?: boolean;
  readonly replaces?: string;
  readonly returns?: readonly StoredReturn[];
  readonly returnsPending?: boolean;
}

const toHold = ({
  _id,
  customerId,
  lines,
  state,
  returns = [],
  ...times
}: HoldDocument): StoredHold => ({
  reservationId: _id,
  customerId,
  lines,
  state,
  // As in its reservation, by reservation's clock.
  returns,
  expireTime: (times.reservationExpireTime ?? times.expireTime).getTime(),
});

const toReservation = (document: ReservationDocument): StoredReservation => ({
  reservationId: document._id,
  customerId: document.customerId,
  lines: document.lines ?? [],
  status: document.status,
  expiresAt: document.expiresAt.getTime(),
  createdAt: document.createdAt.getTime(),
  confirmedAt: document.confirmedAt?.getTime(),
  expiredAt: document.expiredAt?.getTime(),
  isTombstone: document.tombstone === true,
  replaces: document.replaces,
  returns: document.returns ?? [],
  hasReturnsPending: document.returnsPending === true,
});

/** Reads in batches, and only the checked fields: a long run has a million documents. */
const readAll = async <Stored extends Document, Value>(
  db: Db,
  collection: string,
  project: (document: Stored) => Value,
): Promise<Value[]> => {
  const values: Value[] = [];
  const cursor = db.collection(collection).find<Stored>({}, { batchSize: BATCH_SIZE });
  for await (const document of cursor) values.push(project(document));
  return values;
};

const byId = <Value extends { readonly reservationId: string }>(
  values: readonly Value[],
): ReadonlyMap<string, Value> => new Map(values.map((value) => [value.reservationId, value]));

/**
 * Reads catalog's and reservation's databases directly. The run must be over, because this is no
 * snapshot.
 */
export const readStore = async (mongoUri: string, dbPrefix: string): Promise<Store> => {
  const client = new MongoClient(mongoUri, {
    serverSelectionTimeoutMS: CONNECT_TIMEOUT_MS,
    readConcernLevel: 'majority',
    readPreference: 'primary',
  });
  try {
    await client.connect();
    const catalog = client.db(`${dbPrefix}_catalog`);
    const reservation = client.db(`${dbPrefix}_reservation`);
    const products = await readAll<ProductDocument, StoredProduct>(
      catalog,
      'products',
      ({ _id, available, held, sold, writtenOff = 0, initialStock }) => ({
        productId: _id,
        available,
        held,
        sold,
        writtenOff,
        initialStock,
      }),
    );
    const adjustments = await readAll<StoredAdjustment, StoredAdjustment>(
      catalog,
      'stock_adjustments',
      ({ productId, delta }) => ({ productId, delta }),
    );
    const ledger = await readAll<Partial<StoredLedgerRow>, StoredLedgerRow>(
      catalog,
      'stock_ledger',
      ({ productId = '', returned = 0, writtenOff = 0 }) => ({ productId, returned, writtenOff }),
    );
    return {
      products: new Map(products.map((product) => [product.productId, product])),
      adjustments,
      ledger,
      holds: byId(await readAll(catalog, 'holds', toHold)),
      reservations: byId(await readAll(reservation, 'reservations', toReservation)),
    };
  } finally {
    await client.close();
  }
};
