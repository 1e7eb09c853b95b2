import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { addReturns, type ReturnedUnits } from './audit-returns';
import { type AuditRules, checkPair } from './check-pair';
import type { HoldDocument, ReservationDocument } from './documents';
import { forEachPair, type PairCounts } from './pairs';
import type { HoldFinding } from './report';

interface Databases {
  readonly catalog: Db;
  readonly reservation: Db;
}

export interface PairsAudit {
  readonly checked: PairCounts;
  readonly findings: readonly HoldFinding[];
  /** Suspects beyond the maximum, which were not looked at again. */
  readonly omitted: number;
  /** Units that came back, as the holds say. */
  readonly returned: ReturnedUnits;
}

/** A difference between the two databases counts only if every read shows it. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 1_000;
const SUSPECTS_MAX = 10_000;

const HOLD_FIELDS = [
  'customerId',
  'lines',
  'state',
  'expireTime',
  'createdAt',
  'settledAt',
  'returns',
];
const RESERVATION_FIELDS = [
  'customerId',
  'lines',
  'status',
  'tombstone',
  'createdAt',
  'returns',
  'returnsPending',
];

const findById = async <Document extends { readonly _id: string }>(
  db: Db,
  collection: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Document>> => {
  const found = await db
    .collection<{ _id: string }>(collection)
    .find({ _id: { $in: [...ids] } })
    .toArray();
  return new Map(found.map((document) => [document._id, document as unknown as Document]));
};

/** Looks at suspects again, because the two databases were not read at the same instant. */
const confirm = async (
  databases: Databases,
  suspects: readonly HoldFinding[],
  rules: AuditRules,
): Promise<readonly HoldFinding[]> => {
  let findings = suspects;
  for (let look = 1; look < LOOKS && findings.length > 0; look += 1) {
    await pause(LOOK_PAUSE_MS);
    const ids = findings.map(({ reservationId }) => reservationId);
    const holds = await findById<HoldDocument>(databases.catalog, 'holds', ids);
    const reservations = await findById<ReservationDocument>(
      databases.reservation,
      'reservations',
      ids,
    );
    findings = ids.flatMap(
      (id) =>
        checkPair({ id, hold: holds.get(id), reservation: reservations.get(id) }, rules) ?? [],
    );
  }
  return findings;
};

/** Compares every hold with its reservation, in one pass through both collections. */
export const auditPairs = async (databases: Databases, rules: AuditRules): Promise<PairsAudit> => {
  const suspects: HoldFinding[] = [];
  const returned: ReturnedUnits = new Map();
  let omitted = 0;
  const checked = await forEachPair<HoldDocument, ReservationDocument>(databases, {
    holdFields: HOLD_FIELDS,
    reservationFields: RESERVATION_FIELDS,
    visit: (pairs) => {
      for (const pair of pairs) {
        addReturns(returned, pair.hold?.returns);
        const suspect = checkPair(pair, rules);
        if (suspect === undefined) continue;
        if (suspects.length < SUSPECTS_MAX) suspects.push(suspect);
        else omitted += 1;
      }
    },
  });
  return { checked, findings: await confirm(databases, suspects, rules), omitted, returned };
};
