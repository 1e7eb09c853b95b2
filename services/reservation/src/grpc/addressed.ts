import type { Principal } from '@flashreserve/identity';
import { parseMessage } from '@flashreserve/rpc';
import { type AddressedReservation, ANY_CUSTOMER, type Resolver } from '../application/ports';
import { actingCustomer } from './acting-customer';
import * as schemas from './reservation.schemas';

export interface OneReservationRequest {
  readonly customerId: string;
  readonly reservationId: string;
}

/** Users, administrators included, are customers to whom a shop does not leave the payment. */
export const resolverOf = ({ kind }: Principal): Resolver =>
  kind === 'user' ? 'customer' : 'backend';

/** The reservation that a call refers to, with its owner unless the caller acts for everybody. */
export const toAddressed = (
  request: OneReservationRequest,
  principal: Principal,
  anyCustomer: boolean,
): AddressedReservation => {
  const { reservationId, customerId = '' } = parseMessage(schemas.oneReservationRequest, request);
  const actsForAll = customerId === '' && (anyCustomer || principal.kind === 'client');
  return {
    reservationId,
    customerId: actsForAll ? ANY_CUSTOMER : actingCustomer(principal, customerId),
  };
};
