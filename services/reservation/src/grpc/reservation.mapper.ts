import { toMetadataRecord } from '@flashreserve/contracts';
import {
  type ExpiryVerdict as WireExpiryVerdict,
  HoldVerdict as WireHoldVerdict,
  type Reservation as WireReservation,
  ReservationStatus as WireStatus,
} from '@flashreserve/contracts/reservation';
import type { ExpiryVerdict } from '../application/expire-reservations';
import type { HoldVerdict } from '../domain/hold-verdict';
import { totalOf } from '../domain/price-snapshot';
import {
  type Reservation,
  type ReservationStatus,
  shownExpiry,
  termsOf,
} from '../domain/reservation';

const WIRE_STATUS = {
  PENDING: WireStatus.RESERVATION_STATUS_PENDING,
  CONFIRMED: WireStatus.RESERVATION_STATUS_CONFIRMED,
  CANCELLED: WireStatus.RESERVATION_STATUS_CANCELLED,
  EXPIRED: WireStatus.RESERVATION_STATUS_EXPIRED,
} as const satisfies Record<ReservationStatus, WireStatus>;

const WIRE_VERDICT = {
  RELEASE: WireHoldVerdict.HOLD_VERDICT_RELEASE,
  SELL: WireHoldVerdict.HOLD_VERDICT_SELL,
  NOT_DUE: WireHoldVerdict.HOLD_VERDICT_NOT_DUE,
} as const satisfies Record<HoldVerdict['kind'], WireHoldVerdict>;

/** The terms come last: V8 creates objects that begin with a spread forty times slower. */
export const toWireReservation = (reservation: Reservation): WireReservation => ({
  reservationId: reservation.reservationId,
  status: WIRE_STATUS[reservation.status],
  expireTime: shownExpiry(reservation),
  createTime: reservation.createdAt,
  confirmTime: reservation.confirmedAt,
  cancelTime: reservation.cancelledAt,
  expiredTime: reservation.expiredAt,
  graceEndTime: reservation.graceMs === undefined ? undefined : reservation.expiresAt,
  replaces: reservation.replaces,
  ...termsOf(reservation),
  metadata: reservation.metadata && { entries: toMetadataRecord(reservation.metadata) },
  total: totalOf(reservation.lines),
});

const toDuration = (ms: number) => ({
  seconds: Math.floor(ms / 1000),
  nanos: (ms % 1000) * 1_000_000,
});

export const toWireVerdict = ({ reservationId, verdict }: ExpiryVerdict): WireExpiryVerdict => ({
  reservationId,
  verdict: WIRE_VERDICT[verdict.kind],
  remaining: verdict.kind === 'NOT_DUE' ? toDuration(verdict.remainingMs) : undefined,
});
