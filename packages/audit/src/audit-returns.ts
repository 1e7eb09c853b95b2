import type { Db } from 'mongodb';
import type { ReturnDocument } from './documents';
import type { LedgerFinding } from './report';

interface Units {
  readonly returned: number;
  readonly writtenOff: number;
}

/** Units that came back, by product; products without any are omitted. */
export type ReturnedUnits = Map<string, Units>;

const NONE: Units = { returned: 0, writtenOff: 0 };
/** Products per query. */
const PAGE_SIZE = 1_000;
const FINDINGS_MAX = 1_000;

export const addReturns = (units: ReturnedUnits, returns: readonly ReturnDocument[] = []): void => {
  for (const { lines, writeOff } of returns) {
    for (const { productId, quantity } of lines) {
      const { returned, writtenOff } = units.get(productId) ?? NONE;
      units.set(productId, {
        returned: returned + quantity,
        writtenOff: writtenOff + (writeOff ? quantity : 0),
      });
    }
  }
};

const readLedger = async (db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Units>> => {
  const rows = await db
    .collection('stock_ledger')
    .aggregate<Units & { readonly _id: string }>([
      { $match: { productId: { $in: ids } } },
      {
        $group: {
          _id: '$productId',
          returned: { $sum: '$returned' },
          writtenOff: { $sum: '$writtenOff' },
        },
      },
    ])
    .toArray();
  return new Map(rows.map((row) => [row._id, row]));
};

/**
 * Compares the returns that holds have with the ledger. `inHolds` must have been read before: the
 * ledger only grows, and each return is in both at once. It may have more: old holds are deleted.
 */
export const auditReturns = async (
  db: Db,
  inHolds: ReturnedUnits,
): Promise<readonly LedgerFinding[]> => {
  const findings: LedgerFinding[] = [];
  const ids = [...inHolds.keys()].sort();
  for (let start = 0; start < ids.length; start += PAGE_SIZE) {
    const page = ids.slice(start, start + PAGE_SIZE);
    const ledger = await readLedger(db, page);
    for (const productId of page) {
      const held = inHolds.get(productId) ?? NONE;
      const kept = ledger.get(productId) ?? NONE;
      const isMissing = held.returned > kept.returned || held.writtenOff > kept.writtenOff;
      if (!isMissing || findings.length >= FINDINGS_MAX) continue;
      const problem = `holds have ${held.returned} returned units, ${held.writtenOff} of them written off; the ledger has ${kept.returned} and ${kept.writtenOff}`;
      findings.push({ productId, problem });
    }
  }
  return findings;
};
