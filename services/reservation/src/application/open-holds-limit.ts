import type { Clock } from '@flashreserve/ops';
import type { DomainError } from '@flashreserve/rpc';
import { openHoldsLimited } from '../domain/reservation-errors';
import { createGivenUpHolds } from './given-up-holds';
import type { OwnedReservation, ReservationRepository } from './ports';

/** Handle of a hold in creation, for counting it towards the limit. */
export interface OpenHold {
  /**
   * Reports that units may be held although the work fails. The hold counts until its units are
   * released.
   */
  readonly mayStayHeld: () => void;
}

/**
 * Runs the work that creates a reservation. Rejects with OPEN_HOLDS_LIMITED if the customer is at
 * the limit, or with the error of the work.
 */
export type WithinOpenHolds = <Result>(
  claim: OwnedReservation,
  work: (open: OpenHold) => Promise<Result>,
) => Promise<Result>;

/** A customer's activity on this instance. */
interface Activity {
  /** Reservations in creation. */
  readonly underWay: Set<string>;
  /** For each store read in flight: the reservations created since it started. */
  readonly readings: Set<Set<string>>;
}

/**
 * Used while every counted reservation is still in creation, because their outcome is known soon.
 */
const RETRY_SOON_SECONDS = 1;

/**
 * Limits a customer's open reservations (PENDING and not due). Each request reads them from the
 * store and adds those in creation on this instance, so one instance never exceeds the limit, even
 * under concurrent requests. No request waits for another: the entries of a batch are answered
 * together, and one customer's burst must not delay other customers.
 *
 * A hold whose reservation was given up (no reply, a timeout or an overload) counts until a
 * tombstone says that its units are released. Tombstones are looked up only when a request would
 * otherwise be refused, so other requests pay nothing.
 *
 * Instances do not see what others are creating: concurrent requests, within a few milliseconds, on
 * n instances may get up to n times the limit. Preventing this would cost every reservation a write
 * to a per-customer counter. A retry of an accepted request is never refused.
 *
 * @returns undefined if the limit is 0, so that nothing is read
 */
export const createOpenHoldsLimit = (deps: {
  readonly reservations: Pick<ReservationRepository, 'find' | 'findOpen' | 'findFates'>;
  readonly clock: Clock;
  readonly limit: number;
  /** How long a hold lasts, in seconds. */
  readonly ttlSeconds: number;
}): WithinOpenHolds | undefined => {
  const { reservations, clock, limit } = deps;
  if (limit === 0) return undefined;
  const activities = new Map<string, Activity>();
  const givenUp = createGivenUpHolds(deps);

  const activityOf = (customerId: string): Activity => {
    const known = activities.get(customerId);
    if (known !== undefined) return known;
    const activity: Activity = { underWay: new Set(), readings: new Set() };
    activities.set(customerId, activity);
    return activity;
  };
  const forgetIdle = (customerId: string, { underWay, readings }: Activity): void => {
    if (underWay.size === 0 && readings.size === 0) activities.delete(customerId);
  };

  const refusalOf = (stored: readonly { readonly expiresAt: Date }[], now: Date): DomainError => {
    const firstEnd = Math.min(...stored.map(({ expiresAt }) => expiresAt.getTime()));
    const seconds = (firstEnd - now.getTime()) / 1000;
    return openHoldsLimited(limit, Number.isFinite(seconds) ? seconds : RETRY_SOON_SECONDS);
  };

  /**
   * Marks the reservation as in creation if it is within the limit. Counting and marking happen
   * without an await in between.
   */
  const tryToMark = async (
    { customerId, reservationId }: OwnedReservation,
    { underWay }: Activity,
    madeMeanwhile: ReadonlySet<string>,
  ): Promise<DomainError | undefined> => {
    const now = clock.now();
    const stored = await reservations.findOpen({ customerId, now, limit });
    const open = new Set([...underWay, ...madeMeanwhile, ...givenUp.of(customerId)]);
    for (const { reservationId: stillOpen } of stored) open.add(stillOpen);
    if (open.size >= limit && !open.has(reservationId)) return refusalOf(stored, now);
    underWay.add(reservationId);
    return undefined;
  };

  /** Marks the reservation as in creation, or refuses it. */
  const enter = async (claim: OwnedReservation, activity: Activity): Promise<void> => {
    const madeMeanwhile = new Set<string>();
    activity.readings.add(madeMeanwhile);
    try {
      let refusal = await tryToMark(claim, activity, madeMeanwhile);
      if (refusal === undefined) return;
      if (await givenUp.settle(claim.customerId)) {
        refusal = await tryToMark(claim, activity, madeMeanwhile);
      }
      if (refusal === undefined) return;
      if ((await reservations.find(claim.reservationId)) === undefined) throw refusal;
    } finally {
      activity.readings.delete(madeMeanwhile);
    }
  };

  return async (claim, work) => {
    const activity = activityOf(claim.customerId);
    try {
      await enter(claim, activity);
      const result = await work({ mayStayHeld: () => givenUp.add(claim) });
      for (const reading of activity.readings) reading.add(claim.reservationId);
      givenUp.delete(claim);
      return result;
    } finally {
      activity.underWay.delete(claim.reservationId);
      forgetIdle(claim.customerId, activity);
    }
  };
};
