import { type Clock, systemClock } from '@flashreserve/ops';
import { type BatchMetrics, createGroupCommit } from '@flashreserve/rpc';
import type { Reservation } from '../domain/reservation';
import type { ReservationRepository, Resolution } from './ports';

/** The way by which reservations are made and resolved: calls that come during a write share the next one. */
export interface ReservationWriter {
  /**
   * Writes a reservation unless there is one with its id, or a tombstone. Durable when it resolves.
   *
   * @throws DomainError OVERLOADED or SHUTTING_DOWN, nothing written; DEADLINE_EXCEEDED at the deadline, when
   *   `isKnownUnwritten` says whether it may be written yet; whatever the store throws, outcome unknown
   */
  readonly insert: (reservation: Reservation, deadline: Date) => Promise<'inserted' | 'exists'>;
  /**
   * Moves a reservation that is its owner's, PENDING and not due to its final state. Durable when it resolves.
   *
   * @returns the reservation after the change; undefined when nothing was changed
   * @throws as `insert`
   */
  readonly resolve: (resolution: Resolution, deadline: Date) => Promise<Reservation | undefined>;
  /** Takes no more and resolves when all that was taken is written. */
  readonly drain: () => Promise<void>;
}

/** Writes of different reservations do not compete; a second one keeps the store busy while the first commits. */
const IN_FLIGHT_MAX = 2;
const COMPANY_MIN = 24;
/** Many times what a write takes in a rush, so that this is about writes that hang. */
const YIELD_AFTER_MS = 1_000;

const done = <Value>(value: Value) => ({ ok: true, value }) as const;

export const createReservationWriter = (deps: {
  readonly reservations: Pick<ReservationRepository, 'insert' | 'resolve'>;
  /** Decides what is due. Deadlines of calls are in real time. */
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
    // What is due is decided when the batch is written, not when its entries came.
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
