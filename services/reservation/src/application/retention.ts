import { type Clock, daysBefore, type Logger, newId } from '@flashreserve/ops';
import type { Catalog, RequestScope, RetentionStore } from './ports';

/** Time for catalog to settle the holds of one batch. */
const SETTLE_MS_MAX = 5_000;

/**
 * Deletes what is old. A confirmed reservation goes only after catalog has said that its hold is
 * settled: without the reservation, a hold that is still HELD would be released, and the sale lost.
 */
export const createRetentionSteps = (deps: {
  readonly store: RetentionStore;
  readonly catalog: Pick<Catalog, 'settleHold'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retentionDays: number;
  readonly idempotencyDays: number;
}) => {
  const { store, catalog, clock, log, retentionDays, idempotencyDays } = deps;
  const before = (days: number): Date => daysBefore(clock.now(), days);

  const settle = async (reservationIds: readonly string[]): Promise<void> => {
    const scope: RequestScope = {
      requestId: newId(),
      deadline: new Date(clock.now().getTime() + SETTLE_MS_MAX),
      log,
    };
    await Promise.all(
      reservationIds.map((reservationId) => catalog.settleHold(reservationId, 'SELL', scope)),
    );
  };

  return {
    delete_tombstones: (limit: number) =>
      store.deleteTombstones({ before: before(idempotencyDays), limit }),

    delete_ended_reservations: async (limit: number) => {
      const ended = await store.findEnded({ before: before(retentionDays), limit });
      await settle(
        ended.flatMap(({ reservationId, status }) =>
          status === 'CONFIRMED' ? [reservationId] : [],
        ),
      );
      await store.deleteEnded(ended.map(({ reservationId }) => reservationId));
      return ended.length;
    },
  };
};
