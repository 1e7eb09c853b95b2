import type { ComponentId } from '@flashreserve/contracts';
import type {
  ReservationServiceServer,
  ReserveRequest,
  ReserveResponse,
} from '@flashreserve/contracts/reservation';
import type { AccessPolicy, CallContext, Handlers } from '@flashreserve/identity';
import { parseMessage, serveEntries } from '@flashreserve/rpc';
import type { CancelReservation } from '../application/cancel-reservation';
import type { ConfirmReservation } from '../application/confirm-reservation';
import type { ExpireReservations } from '../application/expire-reservations';
import type { OwnedReservation } from '../application/ports';
import type { Queries } from '../application/queries';
import type { Reserve } from '../application/reserve';
import { actingCustomer } from './acting-customer';
import { listTokens } from './page-tokens';
import { toWireReservation, toWireVerdict } from './reservation.mapper';
import * as schemas from './reservation.schemas';

/**
 * Who may call each RPC. The handler decides whose reservations: a user's own, or those of the
 * customer that a service names.
 */
export const ACCESS_POLICY: AccessPolicy<ReservationServiceServer, ComponentId> = {
  reserve: { users: 'any', services: 'any' },
  batchReserve: { services: ['gateway'] },
  confirmReservation: { users: 'any', services: 'any' },
  cancelReservation: { users: 'any', services: 'any' },
  getReservation: { users: 'any', services: 'any' },
  listReservations: { users: 'any', services: 'any' },
  expireReservations: { services: ['expiry-worker'] },
};

export interface ReservationUseCases extends Queries {
  readonly reserve: Reserve;
  readonly confirmReservation: ConfirmReservation;
  readonly cancelReservation: CancelReservation;
  readonly expireReservations: ExpireReservations;
}

/** The reservation that a call refers to, with its required owner. */
const toOwned = (
  request: { readonly customerId: string; readonly reservationId: string },
  { principal }: CallContext,
): OwnedReservation => {
  const { reservationId, customerId = '' } = parseMessage(schemas.oneReservationRequest, request);
  return { reservationId, customerId: actingCustomer(principal, customerId) };
};

export const createReservationHandler = (
  useCases: ReservationUseCases,
): Handlers<ReservationServiceServer> => {
  const reserve = async (
    request: ReserveRequest,
    context: CallContext,
  ): Promise<ReserveResponse> => {
    const { customerId = '', ...wanted } = parseMessage(schemas.reserveRequest, request);
    const { reservation, replayed } = await useCases.reserve(
      { ...wanted, customerId: actingCustomer(context.principal, customerId) },
      context,
    );
    return { reservation: toWireReservation(reservation), replayed };
  };

  return {
    reserve,

    batchReserve: async (request, context) => {
      const { requests } = parseMessage(schemas.batchReserveRequest, request);
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
      const parsed = parseMessage(schemas.listReservationsRequest, request);
      const { status, pageSize, pageToken } = parsed;
      const customerId = actingCustomer(principal, parsed.customerId ?? '');
      const filter = { customerId, status: status ?? '' };
      const after = listTokens.read(pageToken, filter);
      const page = await useCases.listReservations({ customerId, status, after, pageSize });
      return {
        reservations: page.items.map(toWireReservation),
        nextPageToken: listTokens.write(page.next, filter),
      };
    },

    expireReservations: async (request) => {
      const { reservationIds } = parseMessage(schemas.expireReservationsRequest, request);
      const verdicts = await useCases.expireReservations(reservationIds);
      return { verdicts: verdicts.map(toWireVerdict) };
    },
  };
};
