import { EXPIRY_JOB_TRACES_MAX, STOCK_LIMITS } from '@flashreserve/contracts';
import { parseTraceparent } from '@flashreserve/ops';
import { uuid } from '@flashreserve/rpc';
import { z } from 'zod';

/** The entries of a job. */
export interface JobIds {
  /** Distinct reservation ids, in the job's order. */
  readonly usable: readonly string[];
  /** Entries that are not reservation ids. */
  readonly unusable: readonly unknown[];
}

/** `ExpiryJobData`, parsed leniently: one bad id must not make the others unreadable. */
const withIds = z.object({
  reservationIds: z.array(z.unknown()).min(1).max(STOCK_LIMITS.settlementIdsMax),
});

/** Reads job data. Of any other value nothing is usable. */
export const readJobIds = (data: unknown): JobIds => {
  const usable = new Set<string>();
  const unusable: unknown[] = [];
  for (const entry of withIds.safeParse(data).data?.reservationIds ?? []) {
    const id = uuid.safeParse(entry);
    if (id.success) usable.add(id.data);
    else unusable.push(entry);
  }
  return { usable: [...usable], unusable };
};

const withTraces = z.object({ traceparents: z.array(z.unknown()) });

/** The valid traceparents of a job. Used for tracing only. */
export const readTraceparents = (data: unknown): readonly string[] => {
  const named = withTraces.safeParse(data);
  if (!named.success) return [];
  return named.data.traceparents
    .slice(0, EXPIRY_JOB_TRACES_MAX)
    .filter((entry): entry is string => parseTraceparent(entry) !== undefined);
};
