import { type Reservation, ReservationStatus } from '@flashreserve/contracts/reservation';
import type { z } from 'zod';
import { promised } from '../../grpc/service-error';
import type * as schemas from '../schemas/reservation.schemas';

type RestReservation = z.output<typeof schemas.reservation>;
/** `Fields`, and a compile error if there is one that `Target` does not have. */
type OnlyFieldsOf<Target, Fields> = Fields & Record<Exclude<keyof Fields, keyof Target>, never>;

type StatusName = RestReservation['status'];

const STATUSES = {
  PENDING: ReservationStatus.RESERVATION_STATUS_PENDING,
  CONFIRMED: ReservationStatus.RESERVATION_STATUS_CONFIRMED,
  CANCELLED: ReservationStatus.RESERVATION_STATUS_CANCELLED,
  EXPIRED: ReservationStatus.RESERVATION_STATUS_EXPIRED,
} as const satisfies Record<StatusName, ReservationStatus>;

const STATUS_NAMES: ReadonlyMap<ReservationStatus, StatusName> = new Map(
  Object.entries(STATUSES).map(([name, status]) => [status, name as StatusName]),
);

/**
 * Fields of the message that are hidden, or have another name here. They become undefined, which JSON
 * omits: a copy without them costs a sale several microseconds per reservation.
 */
const DROPPED = {
  customerId: undefined,
  lines: undefined,
  expireTime: undefined,
  createTime: undefined,
  confirmTime: undefined,
  cancelTime: undefined,
  expiredTime: undefined,
} as const satisfies Partial<Record<keyof Reservation, undefined>>;

type Same = Omit<Reservation, keyof typeof DROPPED | 'status'>;

/** Undefined means reservations in any state. */
export const toStatus = (name: StatusName | undefined): ReservationStatus =>
  name === undefined ? ReservationStatus.RESERVATION_STATUS_UNSPECIFIED : STATUSES[name];

/**
 * Fields with the same name in both are passed on; the compiler compares their types.
 *
 * @throws Error if the response lacks a part that the contract promises
 */
export const toReservation = (reservation: Reservation): RestReservation => {
  const same: OnlyFieldsOf<RestReservation, Same> = reservation;
  const { confirmTime, cancelTime, expiredTime } = reservation;
  const items = reservation.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const [onlyItem] = items;
  return {
    ...same,
    ...DROPPED,
    status: promised(STATUS_NAMES.get(reservation.status), 'status'),
    items,
    ...(items.length === 1 && onlyItem),
    expiresAt: promised(reservation.expireTime, 'expire time').toISOString(),
    createdAt: promised(reservation.createTime, 'create time').toISOString(),
    ...(confirmTime && { confirmedAt: confirmTime.toISOString() }),
    ...(cancelTime && { cancelledAt: cancelTime.toISOString() }),
    ...(expiredTime && { expiredAt: expiredTime.toISOString() }),
  };
};
