import {
  type AddressedReservation,
  ANY_CUSTOMER,
  type Fate,
  type ListCursor,
  type ReservationRepository,
  type Resolution,
} from '../application/ports';
import { isDue, isInGrace, type Reservation, TOMBSTONE } from '../domain/reservation';

export interface MemoryReservations extends ReservationRepository {
  /** Stores a reservation as if an earlier call had written it. */
  readonly put: (reservation: Reservation) => void;
  /** Returns what is stored under the id: the reservation, a tombstone or nothing. */
  readonly at: (reservationId: string) => Reservation | typeof TOMBSTONE | undefined;
}

const CONFIRMED_OR_CANCELLED_AT = { CONFIRMED: 'confirmedAt', CANCELLED: 'cancelledAt' } as const;

const statusAt = (one: Reservation, now: Date): Reservation['status'] =>
  one.status === 'PENDING' && isDue(one, now) ? 'EXPIRED' : one.status;

/** Whether `one` comes before `other` in newest-first order. */
const isNewer = (one: ListCursor, other: ListCursor): boolean =>
  one.createdAt.getTime() === other.createdAt.getTime()
    ? one.reservationId > other.reservationId
    : one.createdAt > other.createdAt;

const createExtend =
  (
    stored: Map<string, Reservation | typeof TOMBSTONE>,
    findAddressed: (addressed: AddressedReservation) => Reservation | undefined,
  ): ReservationRepository['extend'] =>
  async ({ from, to, extensionId, ...addressed }) => {
    const found = findAddressed(addressed);
    if (found?.status !== 'PENDING' || found.expiresAt.getTime() !== from.getTime()) {
      return undefined;
    }
    const extensionIds = [...(found.extensionIds ?? []), extensionId];
    const extended = { ...found, expiresAt: to, extensionIds };
    stored.set(found.reservationId, extended);
    return extended;
  };

const createPendingReturns = (
  stored: Map<string, Reservation | typeof TOMBSTONE>,
  findAddressed: (addressed: AddressedReservation) => Reservation | undefined,
): Pick<ReservationRepository, 'addReturn' | 'clearReturnsPending' | 'findReturnsPending'> => ({
  addReturn: async ({ before, made, isLast, ...addressed }) => {
    const found = findAddressed(addressed);
    const { returns = [] } = found ?? {};
    if (found?.status !== 'CONFIRMED' || returns.length !== before) return undefined;
    const changed: Reservation = {
      ...found,
      returns: [...returns, made],
      returnsPending: true,
      ...(isLast && { status: 'RETURNED', returnedAt: made.createdAt }),
    };
    stored.set(found.reservationId, changed);
    return changed;
  },
  clearReturnsPending: async (reservationId, count) => {
    const found = findAddressed({ reservationId, customerId: ANY_CUSTOMER });
    if (found?.returns?.length !== count) return;
    const { returnsPending: _cleared, ...settled } = found;
    stored.set(reservationId, settled);
  },
  findReturnsPending: async ({ after, limit }) =>
    [...stored.values()]
      .filter((one) => one !== TOMBSTONE)
      .filter((one) => one.returnsPending === true && one.reservationId > after)
      .sort((one, other) => (one.reservationId < other.reservationId ? -1 : 1))
      .slice(0, limit),
});

/** In-memory implementation of the full port contract, for tests of its users. */
export const createMemoryReservations = (): MemoryReservations => {
  const stored = new Map<string, Reservation | typeof TOMBSTONE>();

  const findReservation = (reservationId: string): Reservation | undefined => {
    const found = stored.get(reservationId);
    return found === TOMBSTONE ? undefined : found;
  };

  const findAddressed = (addressed: AddressedReservation): Reservation | undefined => {
    const { reservationId, customerId } = addressed;
    const found = findReservation(reservationId);
    return customerId === ANY_CUSTOMER || found?.customerId === customerId ? found : undefined;
  };

  const resolveOne = (resolution: Resolution, now: Date): Reservation | undefined => {
    const { reservationId, to } = resolution;
    const found = findAddressed(resolution);
    if (found?.status !== 'PENDING' || isDue(found, now)) return undefined;
    if (resolution.by === 'customer' && isInGrace(found, now)) return undefined;
    const resolved = { ...found, status: to, [CONFIRMED_OR_CANCELLED_AT[to]]: now };
    stored.set(reservationId, resolved);
    return resolved;
  };

  const toFate = (reservationId: string): readonly Fate[] => {
    const found = stored.get(reservationId);
    if (found === undefined) return [];
    return [
      found === TOMBSTONE ? { reservationId, status: 'EXPIRED', expiresAt: new Date(0) } : found,
    ];
  };

  return {
    put: (reservation) => {
      stored.set(reservation.reservationId, reservation);
    },
    at: (reservationId) => stored.get(reservationId),
    insert: async (reservations) =>
      reservations.map((reservation) => {
        if (stored.has(reservation.reservationId)) return 'exists';
        stored.set(reservation.reservationId, reservation);
        return 'inserted';
      }),
    find: async (reservationId) => stored.get(reservationId),
    findOwned: async (addressed) => findAddressed(addressed),
    resolve: async (resolutions, now) =>
      resolutions.map((resolution) => resolveOne(resolution, now)),
    extend: createExtend(stored, findAddressed),
    ...createPendingReturns(stored, findAddressed),
    findOpen: async ({ customerId, now, limit }) =>
      [...stored.values()]
        .filter((one) => one !== TOMBSTONE)
        .filter((one) => one.customerId === customerId && one.status === 'PENDING')
        .filter((one) => !isDue(one, now))
        .slice(0, limit),
    list: async ({ customerId, externalReference, now, status, after, limit }) =>
      [...stored.values()]
        .filter((one) => one !== TOMBSTONE)
        .filter((one) => customerId === ANY_CUSTOMER || one.customerId === customerId)
        .filter(
          (one) => externalReference === undefined || one.externalReference === externalReference,
        )
        .filter((one) => status === undefined || statusAt(one, now) === status)
        .map((one) => ({ ...one, status: statusAt(one, now) }))
        .filter((one) => after === undefined || isNewer(after, one))
        .sort((one, other) => (isNewer(one, other) ? -1 : 1))
        .slice(0, limit),
    expireDue: async (reservationIds, now) => {
      const due = reservationIds
        .map(findReservation)
        .filter((one) => one?.status === 'PENDING' && isDue(one, now))
        .filter((one) => one !== undefined);
      for (const one of due)
        stored.set(one.reservationId, { ...one, status: 'EXPIRED', expiredAt: now });
      return due.length;
    },
    findFates: async (reservationIds) => reservationIds.flatMap(toFate),
    insertTombstones: async (reservationIds) => {
      for (const reservationId of reservationIds) {
        if (!stored.has(reservationId)) stored.set(reservationId, TOMBSTONE);
      }
    },
  };
};
