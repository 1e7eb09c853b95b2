import { type Clock, daysBefore, type Logger, newId } from '@flashreserve/ops';
import type { Catalog, RequestScope, RetentionStore, StoredAge } from './ports';

/** Time for catalog to settle the holds of one batch. */
const SETTLE_MS_MAX = 5_000;
/** A pass through all reservations takes about a day. */
const PASS_SECONDS = 86_400;

/**
 * Deletes what is old, in a slow pass through all reservations in the order of their ids: an index
 * by age would cost every reserve a write. A confirmed reservation goes only after catalog has said
 * that its hold is settled: without the reservation, a hold that is still HELD would be released,
 * and the sale lost. One with returns that catalog may not know stays until it does.
 */
export const createRetentionSteps = (deps: {
  readonly store: RetentionStore;
  readonly catalog: Pick<Catalog, 'settleHold'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retentionDays: number;
  readonly idempotencyDays: number;
  readonly intervalSeconds: number;
}) => {
  const { store, catalog, clock, log, retentionDays, idempotencyDays, intervalSeconds } = deps;
  /** Where the pass is; empty at its start. */
  let after = '';
  /** Documents to read in this round; undefined at its start. */
  let quota: number | undefined;

  /**
   * Returns those whose sale is settled, or whose hold is gone; the others are left to the audit.
   */
  const settle = async (reservationIds: readonly string[]): Promise<string[]> => {
    const scope: RequestScope = {
      requestId: newId(),
      deadline: new Date(clock.now().getTime() + SETTLE_MS_MAX),
      log,
    };
    const states = await Promise.all(
      reservationIds.map((reservationId) =>
        catalog.settleHold({ reservationId, lines: undefined }, 'SELL', scope),
      ),
    );
    return reservationIds.filter((reservationId, index) => {
      const state = states[index];
      if (state === undefined || state === 'SOLD') return true;
      log.error({ reservationId, state }, 'A hold contradicts its reservation; run the audit.');
      return false;
    });
  };

  const deleteOld = async (page: readonly StoredAge[]): Promise<number> => {
    const now = clock.now();
    const tombstonesBefore = daysBefore(now, idempotencyDays);
    const reservationsBefore = daysBefore(now, retentionDays);
    const old = page.filter(
      ({ status, createdAt, isTombstone, hasReturnsPending }) =>
        status !== 'PENDING' &&
        !hasReturnsPending &&
        createdAt < (isTombstone ? tombstonesBefore : reservationsBefore),
    );
    const isSold = ({ status }: StoredAge): boolean =>
      status === 'CONFIRMED' || status === 'RETURNED';
    const idsOf = (some: readonly StoredAge[]): string[] =>
      some.map(({ reservationId }) => reservationId);
    await store.deleteEnded(idsOf(old.filter((one) => !isSold(one))));
    await store.deleteEnded(await settle(idsOf(old.filter(isSold))));
    return old.length;
  };

  return {
    delete_old_reservations: async (limit: number) => {
      quota ??= Math.ceil(((await store.count()) * intervalSeconds) / PASS_SECONDS);
      const page = await store.readAges({ after, limit });
      const handled = await deleteOld(page);
      quota -= page.length;
      const isAtEnd = page.length < limit;
      after = isAtEnd ? '' : (page.at(-1)?.reservationId ?? '');
      if (!isAtEnd && quota > 0) return { handled, left: 'more' as const };
      quota = undefined;
      return { handled, left: isAtEnd ? ('none' as const) : ('later' as const) };
    },
  };
};
