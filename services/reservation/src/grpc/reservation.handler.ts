import type { ComponentId } from '@flashreserve/contracts';
import type {
  ReservationServiceServer,
  ReserveRequest,
  ReserveResponse,
  ResolveRequest,
  ResolveResponse,
} from '@flashreserve/contracts/reservation';
import type { AccessPolicy, CallContext, Handlers, Principal } from '@flashreserve/identity';
import { invalidRequest, parseMessage, serveEntries } from '@flashreserve/rpc';
import type { z } from 'zod';
import type { CancelReservation } from '../application/cancel-reservation';
import type { ConfirmReservation } from '../application/confirm-reservation';
import type { ExpireReservations } from '../application/expire-reservations';
import { type AddressedReservation, ANY_CUSTOMER, type Resolver } from '../application/ports';
import type { Queries } from '../application/queries';
import type { Reserve } from '../application/reserve';
import { actingCustomer } from './acting-customer';
import { type OneReservationRequest, resolverOf, toAddressed } from './addressed';
import { createManagedHandler, type ManagedUseCases } from './managed.handler';
import { listTokens } from './page-tokens';
import { toWireReservation, toWireReservationInFull, toWireVerdict } from './reservation.mapper';
import * as schemas from './reservation.schemas';

/**
 * Who may call each RPC. The handler decides whose reservations: a user's own, those of the
 * customer that a service names, or anybody's for an API client.
 */
export const ACCESS_POLICY: AccessPolicy<ReservationServiceServer, ComponentId> = {
  reserve: { users: 'any', services: 'any', clients: 'reservations:write' },
  batchReserve: { services: ['gateway'] },
  confirmReservation: { users: 'any', services: 'any', clients: 'reservations:confirm' },
  cancelReservation: { users: 'any', services: 'any', clients: 'reservations:write' },
  batchResolve: { services: ['gateway'] },
  extendReservation: { users: 'admin', services: 'any', clients: 'reservations:write' },
  reviveReservation: { users: 'admin', services: 'any', clients: 'reservations:confirm' },
  returnReservation: { users: 'admin', services: 'any', clients: 'reservations:write' },
  getReservation: { users: 'any', services: 'any', clients: 'reservations:read' },
  listReservations: { users: 'any', services: 'any', clients: 'reservations:read' },
  expireReservations: { services: ['expiry-worker'] },
};

export interface ReservationUseCases extends Queries, ManagedUseCases {
  readonly reserve: Reserve;
  readonly confirmReservation: ConfirmReservation;
  readonly cancelReservation: CancelReservation;
  readonly expireReservations: ExpireReservations;
}

/** Whose reservations are listed: a reference makes the customer optional for backends. */
const listedCustomer = (
  principal: Principal,
  { customerId = '', externalReference }: z.output<typeof schemas.listReservationsRequest>,
): string | typeof ANY_CUSTOMER => {
  if (externalReference === undefined) return actingCustomer(principal, customerId);
  if (principal.kind === 'user') {
    throw invalidRequest([
      {
        field: 'external_reference',
        description: 'may be given by services and API clients only',
      },
    ]);
  }
  return customerId === '' ? ANY_CUSTOMER : actingCustomer(principal, customerId);
};

const createListing =
  ({ listReservations }: Queries): Handlers<ReservationServiceServer>['listReservations'] =>
  async (request, { principal }) => {
    const parsed = parseMessage(schemas.listReservationsRequest, request);
    const { status, externalReference, pageSize, pageToken } = parsed;
    const customerId = listedCustomer(principal, parsed);
    const filter = {
      customerId: customerId === ANY_CUSTOMER ? '' : customerId,
      status: status ?? '',
      ...(externalReference !== undefined && { externalReference }),
    };
    const after = listTokens.read(pageToken, filter);
    const page = await listReservations({
      customerId,
      externalReference,
      status,
      after,
      pageSize,
    });
    return {
      reservations: page.items.map(toWireReservation),
      nextPageToken: listTokens.write(page.next, filter),
    };
  };

export const createReservationHandler = (
  useCases: ReservationUseCases,
): Handlers<ReservationServiceServer> => {
  const reserve = async (
    request: ReserveRequest,
    context: CallContext,
  ): Promise<ReserveResponse> => {
    const wanted = parseMessage(schemas.reserveRequest, request);
    const customerId = actingCustomer(context.principal, wanted.customerId ?? '');
    if (wanted.holdSeconds !== undefined && context.principal.kind === 'user') {
      throw invalidRequest([
        { field: 'hold_seconds', description: 'may be given by API clients and services only' },
      ]);
    }
    const { reservation, replayed } = await useCases.reserve({ ...wanted, customerId }, context);
    return { reservation: toWireReservation(reservation), replayed };
  };

  const confirm = async (
    addressed: AddressedReservation,
    by: Resolver,
    context: CallContext,
  ): Promise<ResolveResponse> => {
    const reservation = await useCases.confirmReservation(addressed, by, context);
    return { reservation: toWireReservation(reservation) };
  };

  const cancel = async (
    addressed: AddressedReservation,
    by: Resolver,
    context: CallContext,
  ): Promise<ResolveResponse> => {
    const reservation = await useCases.cancelReservation(addressed, by, context);
    return { reservation: toWireReservation(reservation) };
  };

  /** An entry of the gateway, which has checked its caller: a customer, or an API client. */
  const resolve = (
    { action, anyCustomer }: ResolveRequest,
    context: CallContext,
  ): Promise<ResolveResponse> => {
    const addressed = (request: OneReservationRequest): AddressedReservation =>
      toAddressed(request, context.principal, anyCustomer);
    const by = anyCustomer ? 'backend' : 'customer';
    switch (action?.$case) {
      case 'confirm':
        return confirm(addressed(action.value), by, context);
      case 'cancel':
        return cancel(addressed(action.value), by, context);
      case undefined:
        throw invalidRequest([{ field: 'action', description: 'must be set' }]);
    }
  };

  return {
    ...createManagedHandler(useCases),
    reserve,

    batchReserve: async (request, context) => {
      const { requests } = parseMessage(schemas.batchReserveRequest, request);
      const results = await serveEntries(requests, context, (entry) => reserve(entry, context));
      return { results };
    },

    confirmReservation: (request, context) =>
      confirm(
        toAddressed(request, context.principal, false),
        resolverOf(context.principal),
        context,
      ),

    cancelReservation: (request, context) =>
      cancel(
        toAddressed(request, context.principal, false),
        resolverOf(context.principal),
        context,
      ),

    batchResolve: async (request, context) => {
      const { requests } = parseMessage(schemas.batchResolveRequest, request);
      const results = await serveEntries(requests, context, (entry) => resolve(entry, context));
      return { results };
    },

    getReservation: async (request, { principal }) => {
      const reservation = await useCases.getReservation(toAddressed(request, principal, false));
      return { reservation: toWireReservationInFull(reservation) };
    },

    listReservations: createListing(useCases),

    expireReservations: async (request) => {
      const { reservationIds } = parseMessage(schemas.expireReservationsRequest, request);
      const verdicts = await useCases.expireReservations(reservationIds);
      return { verdicts: verdicts.map(toWireVerdict) };
    },
  };
};
