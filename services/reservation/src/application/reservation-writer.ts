import { type Clock, systemClock } from '@flashreserve/ops';
import { type BatchMetrics, createGroupCommit } from '@flashreserve/rpc';
import type { Reservation } from '../domain/reservation';
import type { ReservationRepository, Resolution } from './ports';

/**
 * Inserts and resolves reservations; calls that arrive during a write are batched into the next.
 */
export interface ReservationWriter {
  /**
   * Inserts a reservation unless its id has a reservation or tombstone. Durable when it resolves.
   *
   * @throws DomainError OVERLOADED or SHUTTING_DOWN, nothing written; DEADLINE_EXCEEDED at the
   *   deadline, `isKnownUnwritten` tells whether it may still be written; any store error, outcome
   *   unknown
   */
  readonly insert: (reservation: Reservation, deadline: Date) => Promise<'inserted' | 'exists'>;
  /**
   * Moves a reservation that has the given owner, is PENDING and not due to its final state.
   * Durable when it resolves.
   *
   * @returns the changed reservation; undefined if nothing changed
   * @throws as `insert`
   */
  readonly resolve: (resolution: Resolution, deadline: Date) => Promise<Reservation | undefined>;
  /** Stops accepting calls; resolves once every accepted call has settled. */
  readonly drain: () => Promise<void>;
}

/**
 * Writes of different reservations do not conflict; a second one keeps the store busy while the
 * first commits.
 */
const IN_FLIGHT_MAX = 2;
const COMPANY_MIN = 24;
/** Far above the duration of a write under load, so that it affects only hanging writes. */
const YIELD_AFTER_MS = 1_000;

const done = <Value>(value: Value) => ({ ok: true, value }) as const;

export const createReservationWriter = (deps: {
  readonly reservations: Pick<ReservationRepository, 'insert' | 'resolve'>;
  /** Decides what is due. Call deadlines use real time. */
  readonly clock: Clock;
  readonly batchMetrics: BatchMetrics;
}): ReservationWriter => {
  const { reservations, clock, batchMetrics } = deps;
  const inserts = createGroupCommit<Reservation, 'inserted' | 'exists'>({
    name: 'inserts',
    commit: async (batch) => (await reservations.insert(batch)).map(done),
    clock: systemClock,
    maxInFlight: IN_FLIGHT_MAX,
    minCompany: COMPANY_MIN,
    yieldAfterMs: YIELD_AFTER_MS,
    observe: batchMetrics('inserts'),
  });
  const resolutions = createGroupCommit<Resolution, Reservation | undefined>({
    name: 'resolutions',
    // The clock is read when the batch is written, not when its entries arrive.
    commit: async (batch) => (await reservations.resolve(batch, clock.now())).map(done),
    clock: systemClock,
    maxInFlight: IN_FLIGHT_MAX,
    minCompany: COMPANY_MIN,
    yieldAfterMs: YIELD_AFTER_MS,
    observe: batchMetrics('resolutions'),
  });
  return {
    insert: inserts.submit,
    resolve: resolutions.submit,
    drain: async () => {
      await Promise.all([inserts.drain(), resolutions.drain()]);
    },
  };
};
