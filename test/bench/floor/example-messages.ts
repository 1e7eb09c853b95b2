import {
  type BatchReserveRequest,
  type BatchReserveResponse,
  type Reservation,
  ReservationStatus,
  type ReserveRequest,
  type ReserveResponse,
} from '@flashreserve/contracts/reservation';
import { v7 } from 'uuid';

const HOLD_MS = 7_200_000;
const lines = [{ productId: v7(), quantity: 1 }];

const makeReservation = (): Reservation => {
  const createTime = new Date();
  return {
    reservationId: v7(),
    customerId: v7(),
    status: ReservationStatus.RESERVATION_STATUS_PENDING,
    lines,
    createTime,
    expireTime: new Date(createTime.getTime() + HOLD_MS),
    returns: [],
  };
};

/** The body of the gateway's answer to a reserve of one product. */
export const createAnswerBody = (): Buffer => {
  const { reservationId, customerId, expireTime, createTime } = makeReservation();
  return Buffer.from(
    JSON.stringify({
      status: 'PENDING',
      reservationId,
      customerId,
      items: lines,
      ...lines[0],
      expiresAt: expireTime,
      createdAt: createTime,
    }),
  );
};

export const createReserveRequest = (): ReserveRequest => ({
  customerId: v7(),
  lines,
  idempotencyKey: '',
  requestId: v7(),
});

export const createReserveResponse = (): ReserveResponse => ({
  reservation: makeReservation(),
  replayed: false,
});

export const createBatchRequest = (entries: number): BatchReserveRequest => ({
  requests: Array.from({ length: entries }, createReserveRequest),
});

export const createBatchResponse = (entries: number): BatchReserveResponse => ({
  results: Array.from({ length: entries }, () => ({
    outcome: { $case: 'response', value: createReserveResponse() },
  })),
});
