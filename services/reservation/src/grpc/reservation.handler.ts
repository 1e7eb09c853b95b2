import type {
  ReservationServiceServer,
  ReserveRequest,
  ReserveResponse,
} from '@flashreserve/contracts/reservation';
import type { CallContext, Handlers } from '@flashreserve/identity';
import { serveEntries } from '@flashreserve/rpc';
import type { CancelReservation } from '../application/cancel-reservation';
import type { ConfirmReservation } from '../application/confirm-reservation';
import type { ExpireReservations } from '../application/expire-reservations';
import type { GetReservation } from '../application/get-reservation';
import type { ListReservations } from '../application/list-reservations';
import type { OwnedReservation } from '../application/ports';
import type { Reserve } from '../application/reserve';
import { actingCustomer } from './acting-customer';
import { decodeListToken, encodeListToken } from './list-page-token';
import { toWireReservation, toWireVerdict } from './reservation.mapper';
import {
  parseBatchReserve,
  parseExpire,
  parseList,
  parseOneReservation,
  parseReserve,
} from './reservation.schemas';

export interface ReservationUseCases {
  readonly reserve: Reserve;
  readonly confirmReservation: ConfirmReservation;
  readonly cancelReservation: CancelReservation;
  readonly getReservation: GetReservation;
  readonly listReservations: ListReservations;
  readonly expireReservations: ExpireReservations;
}

/** The reservation that a call refers to, with its required owner. */
const toOwned = (
  request: { readonly customerId: string; readonly reservationId: string },
  { principal }: CallContext,
): OwnedReservation => {
  const parsed = parseOneReservation(request);
  return {
    reservationId: parsed.reservation_id,
    customerId: actingCustomer(principal, parsed.customer_id ?? ''),
  };
};

export const createReservationHandler = (
  useCases: ReservationUseCases,
): Handlers<ReservationServiceServer> => {
  const reserve = async (
    request: ReserveRequest,
    context: CallContext,
  ): Promise<ReserveResponse> => {
    const parsed = parseReserve(request);
    const { reservation, replayed } = await useCases.reserve(
      {
        customerId: actingCustomer(context.principal, parsed.customer_id ?? ''),
        lines: parsed.lines,
        idempotencyKey: parsed.idempotency_key,
        requestId: parsed.request_id,
      },
      context,
    );
    return { reservation: toWireReservation(reservation), replayed };
  };

  return {
    reserve,

    batchReserve: async (request, context) => {
      const { requests } = parseBatchReserve(request);
      const results = await serveEntries(requests, context, (entry) => reserve(entry, context));
      return { results };
    },

    confirmReservation: async (request, context) => {
      const reservation = await useCases.confirmReservation(toOwned(request, context), context);
      return { reservation: toWireReservation(reservation) };
    },

    cancelReservation: async (request, context) => {
      const reservation = await useCases.cancelReservation(toOwned(request, context), context);
      return { reservation: toWireReservation(reservation) };
    },

    getReservation: async (request, context) => {
      const reservation = await useCases.getReservation(toOwned(request, context));
      return { reservation: toWireReservation(reservation) };
    },

    listReservations: async (request, { principal }) => {
      const { customer_id, status, page_size: pageSize } = parseList(request);
      const filter = { customerId: actingCustomer(principal, customer_id ?? ''), status };
      const after = decodeListToken(filter, request.pageToken);
      const page = await useCases.listReservations({ ...filter, after, pageSize });
      return {
        reservations: page.reservations.map(toWireReservation),
        nextPageToken: encodeListToken(filter, page.next),
      };
    },

    expireReservations: async (request) => {
      const verdicts = await useCases.expireReservations(parseExpire(request).reservation_ids);
      return { verdicts: verdicts.map(toWireVerdict) };
    },
  };
};
