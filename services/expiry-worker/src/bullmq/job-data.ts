import { STOCK_LIMITS } from '@flashreserve/contracts';
import { z } from 'zod';

/** What a job names. */
export interface JobIds {
  /** Distinct reservation ids, in the job's order. */
  readonly usable: readonly string[];
  /** What stands among them without being an id of a reservation. */
  readonly unusable: readonly unknown[];
}

/** `ExpiryJobData`, as loosely as one bad id must not make the others unreadable. */
const manyIds = z.object({
  reservationIds: z.array(z.unknown()).min(1).max(STOCK_LIMITS.settlementIdsMax),
});
/** `SingleExpiryJobData`. */
const oneId = z.object({ reservationId: z.unknown() });
const reservationId = z.uuid();

/** Reads a job's data, in its present or its earlier form. It may be anything; then nothing is usable. */
export const readJobIds = (data: unknown): JobIds => {
  const usable = new Set<string>();
  const unusable: unknown[] = [];
  for (const entry of entriesOf(data)) {
    const id = reservationId.safeParse(entry);
    if (id.success) usable.add(id.data);
    else unusable.push(entry);
  }
  return { usable: [...usable], unusable };
};

const entriesOf = (data: unknown): readonly unknown[] => {
  const many = manyIds.safeParse(data);
  if (many.success) return many.data.reservationIds;
  const one = oneId.safeParse(data);
  return one.success ? [one.data.reservationId] : [];
};
