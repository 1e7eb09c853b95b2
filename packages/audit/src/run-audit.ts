import { type ClientSession, type Db, MongoClient } from 'mongodb';
import { checkHold } from './check-hold';
import { checkProduct } from './check-product';
import type {
  AdjustmentDocument,
  HoldDocument,
  ProductDocument,
  ReservationDocument,
} from './documents';
import { forEachPage } from './pages';
import type { AuditReport, HoldFinding, ProductRow } from './report';

export interface AuditOptions {
  readonly mongoUri: string;
  /** MONGO_DB_PREFIX of the stack. */
  readonly dbPrefix: string;
  /** How long past its expiry a hold may still be HELD: one sweep interval plus a few seconds. */
  readonly overdueGraceMs: number;
}

/** A difference between the two databases counts only if every read shows it. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 1_000;

interface UnitsByProduct {
  readonly _id: { readonly productId: string; readonly state: string };
  readonly units: number;
}

/**
 * Reads counters and ledger in one snapshot, so that concurrent sales do not show as differences.
 */
const auditProducts = async (db: Db, session: ClientSession): Promise<readonly ProductRow[]> => {
  const products = await db
    .collection<ProductDocument>('products')
    .find({}, { session })
    .sort({ _id: 1 })
    .toArray();
  const held = await db
    .collection('holds')
    .aggregate<UnitsByProduct>(
      [
        { $match: { state: { $in: ['HELD', 'SOLD'] } } },
        { $unwind: '$lines' },
        {
          $group: {
            _id: { productId: '$lines.productId', state: '$state' },
            units: { $sum: '$lines.quantity' },
          },
        },
      ],
      { session },
    )
    .toArray();
  const adjusted = await db
    .collection<AdjustmentDocument>('stock_adjustments')
    .aggregate<{ readonly _id: string; readonly delta: number }>(
      [{ $group: { _id: '$productId', delta: { $sum: '$delta' } } }],
      { session },
    )
    .toArray();
  const unitsIn = new Map(held.map(({ _id, units }) => [`${_id.state}:${_id.productId}`, units]));
  const deltas = new Map(adjusted.map(({ _id, delta }) => [_id, delta]));
  return products.map((product) =>
    checkProduct(product, {
      adjusted: deltas.get(product._id) ?? 0,
      heldInHolds: unitsIn.get(`HELD:${product._id}`) ?? 0,
      soldInHolds: unitsIn.get(`SOLD:${product._id}`) ?? 0,
    }),
  );
};

const findReservations = async (
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReservationDocument>> => {
  const found = await db
    .collection<ReservationDocument>('reservations')
    .find({ _id: { $in: [...ids] } })
    .toArray();
  return new Map(found.map((reservation) => [reservation._id, reservation]));
};

interface Databases {
  readonly catalog: Db;
  readonly reservation: Db;
}

const checkHolds = async (
  { reservation }: Databases,
  holds: readonly HoldDocument[],
  overdueBefore: number,
): Promise<readonly HoldFinding[]> => {
  const reservations = await findReservations(
    reservation,
    holds.map(({ _id }) => _id),
  );
  return holds.flatMap((hold) => {
    const overdue = hold.expireTime.getTime() < overdueBefore;
    const problem = checkHold(hold, reservations.get(hold._id), { overdue });
    return problem === undefined ? [] : [{ reservationId: hold._id, problem }];
  });
};

/** Every reservation needs a hold, except a tombstone, whose hold may never have been created. */
const checkReservations = async (
  { catalog }: Databases,
  reservations: readonly ReservationDocument[],
): Promise<readonly HoldFinding[]> => {
  const ids = reservations.flatMap(({ _id, tombstone }) => (tombstone === true ? [] : [_id]));
  const holds = await catalog
    .collection<{ _id: string }>('holds')
    .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
    .toArray();
  const known = new Set(holds.map(({ _id }) => _id));
  return ids
    .filter((id) => !known.has(id))
    .map((reservationId) => ({ reservationId, problem: 'the reservation has no hold' }));
};

/** Checks suspicious holds again, because the two databases were not read at the same instant. */
const confirmFindings = async (
  databases: Databases,
  suspects: readonly HoldFinding[],
  overdueBefore: number,
): Promise<readonly HoldFinding[]> => {
  let findings = suspects;
  for (let look = 1; look < LOOKS && findings.length > 0; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE_MS));
    const ids = findings.map(({ reservationId }) => reservationId);
    const holds = await databases.catalog
      .collection<HoldDocument>('holds')
      .find({ _id: { $in: ids } })
      .toArray();
    const held = new Set(holds.map(({ _id }) => _id));
    const orphans = findings.filter(({ reservationId }) => !held.has(reservationId));
    findings = [...(await checkHolds(databases, holds, overdueBefore)), ...orphans];
  }
  return findings;
};

/**
 * Recomputes every product's stock from adjustments and holds, and checks each hold against its
 * reservation. Reads both databases directly and shares no code with the services. Can run during
 * live traffic.
 */
export const runAudit = async (options: AuditOptions): Promise<AuditReport> => {
  const client = new MongoClient(options.mongoUri, {
    serverSelectionTimeoutMS: 5_000,
    readConcernLevel: 'majority',
  });
  try {
    await client.connect();
    const databases = {
      catalog: client.db(`${options.dbPrefix}_catalog`),
      reservation: client.db(`${options.dbPrefix}_reservation`),
    };
    const products = await client.withSession((session) =>
      session.withTransaction(() => auditProducts(databases.catalog, session), {
        readConcern: { level: 'snapshot' },
      }),
    );
    const overdueBefore = Date.now() - options.overdueGraceMs;
    const suspects: HoldFinding[] = [];
    const holdsChecked = await forEachPage<HoldDocument>(
      databases.catalog,
      'holds',
      async (page) => {
        suspects.push(...(await checkHolds(databases, page, overdueBefore)));
      },
    );
    const reservationsChecked = await forEachPage<ReservationDocument>(
      databases.reservation,
      'reservations',
      async (page) => {
        suspects.push(...(await checkReservations(databases, page)));
      },
    );
    const findings = await confirmFindings(databases, suspects, overdueBefore);
    return { products, holdsChecked, reservationsChecked, findings };
  } finally {
    await client.close();
  }
};
