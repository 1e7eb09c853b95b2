import { type ClientSession, type Db, MongoClient } from 'mongodb';
import { forEachPair } from '../pairs';
import { createRetentionRule, DEFAULT_RETENTION, type RetentionDays } from '../retention-rule';
import { createRepairs, NotEnoughUnits } from './apply-repair';
import type { Case } from './case';
import { type Decision, decide, type Repair } from './decide';
import type { StoredHold, StoredLedgerRow, StoredProduct, StoredReservation } from './documents';

export interface ReconcileOptions {
  readonly mongoUri: string;
  /** MONGO_DB_PREFIX of the stack. */
  readonly dbPrefix: string;
  /** False for a dry run. */
  readonly apply: boolean;
  /** The stack's settings; defaults to their defaults. */
  readonly retention?: RetentionDays;
}

export interface ReconcileReport {
  readonly applied: boolean;
  readonly holdsRead: number;
  readonly reservationsRead: number;
  /** Reservation ids by repair, applied or proposed. */
  readonly repairs: ReadonlyMap<Repair, readonly string[]>;
  /** Contradictions that need a manual decision. */
  readonly problems: readonly { readonly reservationId: string; readonly problem: string }[];
}

interface Databases {
  readonly catalog: Db;
  readonly reservation: Db;
}

const connectRepairs = (client: MongoClient, { catalog, reservation }: Databases) =>
  createRepairs({
    holds: catalog.collection<StoredHold>('holds'),
    products: catalog.collection<StoredProduct>('products'),
    stockLedger: catalog.collection<StoredLedgerRow>('stock_ledger'),
    reservations: reservation.collection<StoredReservation>('reservations'),
    inTransaction: (work: (session: ClientSession) => Promise<void>) =>
      client.withSession((session) => session.withTransaction(() => work(session))),
    now: new Date(),
  });

const createLedger = (apply: boolean, repairs: ReturnType<typeof createRepairs>) => {
  const done = new Map<Repair, string[]>();
  const problems: { reservationId: string; problem: string }[] = [];
  const settle = async (repair: Repair, found: Case): Promise<void> => {
    try {
      if (apply && !(await repairs[repair](found))) return;
      done.set(repair, [...(done.get(repair) ?? []), found.id]);
    } catch (error) {
      if (!(error instanceof NotEnoughUnits)) throw error;
      problems.push({ reservationId: found.id, problem: error.message });
    }
  };
  return {
    done,
    problems,
    take: async (decision: Decision, found: Case): Promise<void> => {
      if (decision.kind === 'repair') await settle(decision.repair, found);
      if (decision.kind === 'contradiction')
        problems.push({ reservationId: found.id, problem: decision.problem });
    },
  };
};

/**
 * Makes the databases of catalog and reservation consistent after they were restored from different
 * points in time. Anything that the worker settles by itself is left to it. Each repair is
 * conditional, so a second run changes nothing more, and an interrupted run can simply be repeated.
 *
 * Run it while the services are stopped: between two steps a customer could act on data that is
 * about to be repaired.
 */
export const runReconcile = async (options: ReconcileOptions): Promise<ReconcileReport> => {
  const client = new MongoClient(options.mongoUri, {
    serverSelectionTimeoutMS: 5_000,
    readConcernLevel: 'majority',
    writeConcern: { w: 'majority', journal: true },
  });
  try {
    await client.connect();
    const databases = {
      catalog: client.db(`${options.dbPrefix}_catalog`),
      reservation: client.db(`${options.dbPrefix}_reservation`),
    };
    const ledger = createLedger(options.apply, connectRepairs(client, databases));
    const rule = createRetentionRule(options.retention ?? DEFAULT_RETENTION);
    const read = await forEachPair<StoredHold, StoredReservation>(databases, {
      visit: async (pairs) => {
        for (const pair of pairs) await ledger.take(decide(pair, rule), pair);
      },
    });
    const { done: repairs, problems } = ledger;
    return {
      applied: options.apply,
      holdsRead: read.holds,
      reservationsRead: read.reservations,
      repairs,
      problems,
    };
  } finally {
    await client.close();
  }
};
