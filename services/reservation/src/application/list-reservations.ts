import type { Clock } from '@flashreserve/ops';
import type { Reservation, ReservationStatus } from '../domain/reservation';
import { createEndDue } from './end-due';
import type { ListCursor, ReservationRepository } from './ports';

export interface ReservationPage {
  readonly reservations: readonly Reservation[];
  /** Cursor of the next page; undefined on the last page. */
  readonly next: ListCursor | undefined;
}

export type ListReservations = (query: {
  readonly customerId: string;
  readonly status: ReservationStatus | undefined;
  readonly after: ListCursor | undefined;
  readonly pageSize: number;
}) => Promise<ReservationPage>;

/** Lists a customer's reservations, newest first. A page may have fewer items than `pageSize`. */
export const createListReservations = (deps: {
  readonly reservations: ReservationRepository;
  readonly clock: Clock;
}): ListReservations => {
  const endDue = createEndDue(deps);
  return async ({ pageSize, ...query }) => {
    // One extra item tells whether another page follows.
    const now = deps.clock.now();
    const found = await deps.reservations.list({ ...query, now, limit: pageSize + 1 });
    const page = found.slice(0, pageSize);
    const seen = await endDue(page);
    const { status } = query;
    // A reservation confirmed at the last moment must not be listed as EXPIRED.
    const reservations = seen.filter((one) => status === undefined || one.status === status);
    const last = found.length > pageSize ? page.at(-1) : undefined;
    return { reservations, next: last && { createdAt: last.createdAt, id: last.id } };
  };
};
