import type { Clock } from '@flashreserve/ops';
import { type Page, toPage } from '@flashreserve/rpc';
import type { Reservation, ReservationStatus } from '../domain/reservation';
import { refusal } from '../domain/reservation-errors';
import { createEndDue } from './end-due';
import type {
  AddressedReservation,
  ANY_CUSTOMER,
  ListCursor,
  ReservationRepository,
} from './ports';

/** Reads of one or two steps. None shows a reservation that is PENDING and due. */
export interface Queries {
  /** @throws DomainError RESERVATION_NOT_FOUND, also if it belongs to another customer */
  readonly getReservation: (addressed: AddressedReservation) => Promise<Reservation>;
  /**
   * Lists a customer's reservations, or anybody's with a reference, newest first. A page may have
   * fewer items than `pageSize`.
   */
  readonly listReservations: (query: {
    readonly customerId: string | typeof ANY_CUSTOMER;
    readonly externalReference: string | undefined;
    readonly status: ReservationStatus | undefined;
    readonly after: ListCursor | undefined;
    readonly pageSize: number;
  }) => Promise<Page<Reservation, ListCursor>>;
}

export const createQueries = (deps: {
  readonly reservations: Pick<ReservationRepository, 'findOwned' | 'list' | 'expireDue'>;
  readonly clock: Clock;
}): Queries => {
  const endDue = createEndDue(deps);
  return {
    getReservation: async (addressed) => {
      const reservation = await deps.reservations.findOwned(addressed);
      if (reservation === undefined) throw refusal('RESERVATION_NOT_FOUND');
      const [seen = reservation] = await endDue([reservation]);
      return seen;
    },

    listReservations: async ({ pageSize, ...query }) => {
      const now = deps.clock.now();
      const found = await deps.reservations.list({ ...query, now, limit: pageSize + 1 });
      const page = toPage(found, pageSize, ({ createdAt, reservationId }) => ({
        createdAt,
        reservationId,
      }));
      const seen = await endDue(page.items);
      const { status } = query;
      // A reservation confirmed at the last moment must not be listed as EXPIRED.
      const items = seen.filter((one) => status === undefined || one.status === status);
      return { items, next: page.next };
    },
  };
};
