import type { ReservationServiceServer } from '@flashreserve/contracts/reservation';
import type { Handlers, Principal } from '@flashreserve/identity';
import { parseMessage } from '@flashreserve/rpc';
import type { ExtendReservation } from '../application/extend-reservation';
import type { AddressedReservation } from '../application/ports';
import type { ReturnReservation } from '../application/return-reservation';
import type { ReviveReservation } from '../application/revive-reservation';
import { type OneReservationRequest, resolverOf, toAddressed } from './addressed';
import { toWireReservation, toWireReservationInFull, toWireReturn } from './reservation.mapper';
import * as schemas from './reservation.schemas';

export interface ManagedUseCases {
  readonly extendReservation: ExtendReservation;
  readonly reviveReservation: ReviveReservation;
  readonly returnReservation: ReturnReservation;
}

/** Administrators, like API clients, act for every customer. */
const forManager = (request: OneReservationRequest, principal: Principal): AddressedReservation =>
  toAddressed(request, principal, principal.kind === 'user' && principal.role === 'ADMIN');

/** What shops do with the reservations of their customers, and customers cannot. */
export const createManagedHandler = (
  useCases: ManagedUseCases,
): Pick<
  Handlers<ReservationServiceServer>,
  'extendReservation' | 'reviveReservation' | 'returnReservation'
> => ({
  extendReservation: async (request, context) => {
    const { seconds, requestId } = parseMessage(schemas.extendReservationRequest, request);
    const addressed = forManager(request, context.principal);
    const reservation = await useCases.extendReservation(
      { ...addressed, seconds, requestId },
      context,
    );
    return { reservation: toWireReservation(reservation) };
  },

  reviveReservation: async (request, context) => {
    const { reservation, replayed } = await useCases.reviveReservation(
      forManager(request, context.principal),
      resolverOf(context.principal),
      context,
    );
    return { reservation: toWireReservation(reservation), replayed };
  },

  returnReservation: async (request, context) => {
    const wanted = parseMessage(schemas.returnReservationRequest, request);
    const addressed = forManager(request, context.principal);
    const { reservation, returned, replayed } = await useCases.returnReservation(
      { ...wanted, ...addressed },
      context,
    );
    return {
      reservation: toWireReservationInFull(reservation),
      returned: toWireReturn(returned),
      replayed,
    };
  },
});
