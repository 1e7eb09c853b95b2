import type { Scope } from '@flashreserve/contracts';
import { invalidRequest } from '@flashreserve/rpc';
import type { z } from 'zod';
import type { AddressedReservation, ReservationApi } from '../../grpc/reservation.client';
import { actingCustomer } from '../acting-customer';
import { toReservation, toStatus } from '../mappers/reservation.mapper';
import { defineRoute, json, type RouteContext, type TableEntry } from '../route';
import * as schemas from '../schemas/reservation.schemas';

const COMMON = { tag: 'Reservations', services: ['reservation'], access: 'customer' } as const;
const { EXAMPLE_RESERVATION } = schemas;

/** A user's own reservation, or any one for an API client. */
const addressed = (
  { reservationId }: { readonly reservationId: string },
  { principal }: RouteContext<'customer'>,
): AddressedReservation => ({
  customerId: principal.kind === 'user' ? principal.userId : undefined,
  reservationId,
});

/** What a request about one reservation does, on both of its paths. */
interface Action {
  readonly verb: 'confirm' | 'cancel';
  readonly summary: string;
  readonly description: string;
  readonly outcome: 'CONFIRMED' | 'CANCELLED';
  readonly scope: Scope;
  readonly rpc: 'ReservationService.ConfirmReservation' | 'ReservationService.CancelReservation';
  readonly example: object;
}

const CONFIRM: Action = {
  verb: 'confirm',
  summary: 'Confirm a reservation',
  description:
    'Sells the units of a pending reservation. Idempotent: confirming a confirmed reservation returns it unchanged. The sale is durable when this returns; the product’s `heldQuantity` and `soldQuantity` show it within moments. `RESERVATION_NOT_FOUND`: the caller has no reservation with this id. `RESERVATION_EXPIRED`: `expiresAt` has passed. `RESERVATION_CANCELLED`: it was cancelled. `RESERVATION_RETURNED`: it was confirmed, and all of its units have been returned. `BACKEND_CONFIRMS`: in this deployment (`CONFIRM_BY=backend`) only API clients confirm, after the payment. API clients confirm the reservation of any customer.',
  outcome: 'CONFIRMED',
  scope: 'reservations:confirm',
  rpc: 'ReservationService.ConfirmReservation',
  example: { status: 'CONFIRMED', confirmedAt: '2026-11-22T12:01:00.000Z' },
};

const CANCEL: Action = {
  verb: 'cancel',
  summary: 'Cancel a reservation',
  description:
    'Cancels a pending reservation and makes its units available again. Idempotent: cancelling a cancelled reservation returns it unchanged. `RESERVATION_NOT_FOUND`: the caller has no reservation with this id. `RESERVATION_EXPIRED`: `expiresAt` has passed. `RESERVATION_CONFIRMED`: its units are sold. `RESERVATION_RETURNED`: they were sold and have been returned. API clients cancel the reservation of any customer.',
  outcome: 'CANCELLED',
  scope: 'reservations:write',
  rpc: 'ReservationService.CancelReservation',
  example: { status: 'CANCELLED', cancelledAt: '2026-11-22T12:01:00.000Z' },
};

/** The preferred path of an action, and the older one with the verb first. */
const actionRoutes = (api: ReservationApi, action: Action): readonly TableEntry[] => {
  const { verb, summary, description, outcome, scope, rpc, example } = action;
  const preferred = `/reservations/:reservationId/${verb}`;
  const define = (
    differing: Pick<TableEntry, 'path' | 'operationId' | 'summary' | 'description'>,
  ): TableEntry =>
    defineRoute({
      ...COMMON,
      ...differing,
      scope,
      method: 'post',
      hot: true,
      request: { path: schemas.reservationPath },
      responses: {
        200: {
          description: `The reservation, with the status \`${outcome}\`.`,
          schema: schemas.reservation,
          example: { ...EXAMPLE_RESERVATION, ...example },
        },
      },
      rpcs: [rpc],
      errors: [],
      handle: async ({ path }, context) =>
        json(
          200,
          toReservation(await api[verb](addressed(path, context), context.call), context.principal),
        ),
    });
  return [
    define({ path: preferred, operationId: `${verb}Reservation`, summary, description }),
    define({
      path: `/reservations/${verb}/:reservationId`,
      operationId: `${verb}ReservationVerbFirst`,
      summary: `${summary} (older path)`,
      description: `The same as \`POST /reservations/{reservationId}/${verb}\`, which is preferred.`,
    }),
  ];
};

/** Empty for reservations of anybody, which an API client finds by its reference. */
const listedCustomer = (
  principal: RouteContext<'customer'>['principal'],
  { customerId, externalReference }: z.output<typeof schemas.listReservationsQuery>,
): string => {
  if (externalReference !== undefined && principal.kind === 'user') {
    const description = 'may be given by API clients only';
    throw invalidRequest([{ field: '/query/externalReference', description }]);
  }
  return externalReference !== undefined && customerId === undefined
    ? ''
    : actingCustomer(principal, customerId, '/query/customerId');
};

const listRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/reservations',
    scope: 'reservations:read',
    operationId: 'listReservations',
    summary: 'List my reservations',
    description:
      'Returns the caller’s reservations page by page, newest first; for API clients those of the customer in `customerId`, or those with the reference in `externalReference`. `INVALID_PAGE_TOKEN`: the page token was not issued by this list with the same filter.',
    request: { query: schemas.listReservationsQuery },
    responses: {
      200: {
        description: 'A page of reservations.',
        schema: schemas.reservationPage,
        example: { items: [EXAMPLE_RESERVATION], nextPageToken: '' },
      },
    },
    rpcs: ['ReservationService.ListReservations'],
    errors: [],
    handle: async ({ query }, { principal, call }) => {
      const { status, externalReference, pageSize = 0, pageToken = '' } = query;
      const customerId = listedCustomer(principal, query);
      const { reservations, nextPageToken } = await api.list(
        {
          customerId,
          status: toStatus(status),
          pageSize,
          pageToken,
          ...(externalReference !== undefined && { externalReference }),
        },
        call,
      );
      const items = reservations.map((one) => toReservation(one, principal));
      return json(200, { items, nextPageToken });
    },
  });

const getRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/reservations/:reservationId',
    scope: 'reservations:read',
    operationId: 'getReservation',
    summary: 'Read a reservation',
    description:
      'Returns one of the caller’s reservations. `RESERVATION_NOT_FOUND`: the caller has no reservation with this id. Reservations of other customers are not found either.',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation.',
        schema: schemas.reservation,
        example: EXAMPLE_RESERVATION,
      },
    },
    rpcs: ['ReservationService.GetReservation'],
    errors: [],
    handle: async ({ path }, { principal, call }) =>
      json(200, toReservation(await api.get(path.reservationId, call), principal)),
  });

export const createReservationRoutes = (api: ReservationApi): readonly TableEntry[] => [
  ...actionRoutes(api, CONFIRM),
  ...actionRoutes(api, CANCEL),
  listRoute(api),
  getRoute(api),
];
