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

/** Undefined means reservations in any state. */
export const toStatus = (name: StatusName | undefined): ReservationStatus =>
  name === undefined ? ReservationStatus.RESERVATION_STATUS_UNSPECIFIED : STATUSES[name];

/**
 * Fields with the same name in both are passed on; the compiler compares their types.
 *
 * @throws Error if the response lacks a part that the contract promises
 */
export const toReservation = (reservation: Reservation): RestReservation => {
  const {
    customerId: _hidden,
    status,
    lines,
    expireTime,
    createTime,
    confirmTime,
    cancelTime,
    expiredTime,
    ...fields
  } = reservation;
  const same: OnlyFieldsOf<RestReservation, typeof fields> = fields;
  const items = lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const [onlyItem] = items;
  return {
    ...same,
    status: promised(STATUS_NAMES.get(status), 'status'),
    items,
    ...(items.length === 1 && onlyItem),
    expiresAt: promised(expireTime, 'expire time').toISOString(),
    createdAt: promised(createTime, 'create time').toISOString(),
    ...(confirmTime && { confirmedAt: confirmTime.toISOString() }),
    ...(cancelTime && { cancelledAt: cancelTime.toISOString() }),
    ...(expiredTime && { expiredAt: expiredTime.toISOString() }),
  };
};
