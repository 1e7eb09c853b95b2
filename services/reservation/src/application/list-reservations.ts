import type { Clock } from '@flashreserve/platform/clock';
import { asSeen, type Reservation, type ReservationStatus } from '../domain/reservation';
import type { ListCursor, ReservationRepository } from './ports';

export interface ReservationPage {
  readonly reservations: readonly Reservation[];
  /** Where the next page goes on; undefined on the last. */
  readonly next: ListCursor | undefined;
}

export type ListReservations = (query: {
  readonly customerId: string;
  readonly status: ReservationStatus | undefined;
  readonly after: ListCursor | undefined;
  readonly pageSize: number;
}) => Promise<ReservationPage>;

/** Lists a customer's reservations, newest first. */
export const createListReservations =
  (deps: {
    readonly reservations: ReservationRepository;
    readonly clock: Clock;
  }): ListReservations =>
  async ({ pageSize, ...query }) => {
    // One more than asked for, to know whether another page follows.
    const now = deps.clock.now();
    const found = await deps.reservations.list({ ...query, now, limit: pageSize + 1 });
    const reservations = found.slice(0, pageSize).map((reservation) => asSeen(reservation, now));
    const last = found.length > pageSize ? reservations.at(-1) : undefined;
    return { reservations, next: last && { createdAt: last.createdAt, id: last.id } };
  };
