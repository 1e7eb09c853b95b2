import type { Clock } from '@flashreserve/ops';
import type { OwnedReservation, ReservationRepository } from './ports';

/**
 * Holds whose reservation was given up and whose units may still be held, as known to this
 * instance.
 */
export interface GivenUpHolds {
  readonly add: (claim: OwnedReservation) => void;
  readonly delete: (claim: OwnedReservation) => void;
  /** The customer's reservation ids. */
  readonly of: (customerId: string) => Iterable<string>;
  /**
   * Drops the customer's holds that have ended and those that have a reservation, which counts by
   * itself.
   *
   * @returns false if there are none, in which case nothing was read
   */
  readonly settle: (customerId: string) => Promise<boolean>;
}

/** Maximum number of holds; beyond it the oldest are dropped. */
const HOLDS_MAX = 100_000;
/**
 * Time after which a sweep at the default interval has released a hold, if no job did. With a
 * longer SWEEP_INTERVAL_SECONDS, a hold that lost its job may stop counting while its units are
 * still held.
 */
const SWEEP_MS = 60_000;
const NONE: ReadonlyMap<string, number> = new Map();

export const createGivenUpHolds = (deps: {
  readonly reservations: Pick<ReservationRepository, 'findFates'>;
  readonly clock: Clock;
  readonly ttlSeconds: number;
  readonly holdsMax?: number;
}): GivenUpHolds => {
  const { reservations, clock, ttlSeconds, holdsMax = HOLDS_MAX } = deps;
  /**
   * By customer and reservation id: the latest end of the hold, in milliseconds since the epoch.
   */
  const byCustomer = new Map<string, Map<string, number>>();
  /** All holds with their owners, oldest first. */
  const all = new Map<string, OwnedReservation>();

  const remove = ({ customerId, reservationId }: OwnedReservation): void => {
    if (!all.delete(reservationId)) return;
    const own = byCustomer.get(customerId);
    own?.delete(reservationId);
    if (own?.size === 0) byCustomer.delete(customerId);
  };

  return {
    add: (claim) => {
      const { customerId, reservationId } = claim;
      const own = byCustomer.get(customerId) ?? new Map<string, number>();
      own.set(reservationId, clock.now().getTime() + ttlSeconds * 1_000 + SWEEP_MS);
      byCustomer.set(customerId, own);
      all.set(reservationId, claim);
      const [oldest] = all.values();
      if (all.size > holdsMax && oldest !== undefined) remove(oldest);
    },
    delete: remove,
    of: (customerId) => (byCustomer.get(customerId) ?? NONE).keys(),
    settle: async (customerId) => {
      const now = clock.now().getTime();
      const own = [...(byCustomer.get(customerId) ?? NONE)];
      if (own.length === 0) return false;
      for (const [reservationId, until] of own) {
        if (until <= now) remove({ customerId, reservationId });
      }
      const fates = await reservations.findFates(own.map(([reservationId]) => reservationId));
      for (const { reservationId } of fates) remove({ customerId, reservationId });
      return true;
    },
  };
};
