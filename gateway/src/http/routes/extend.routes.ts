import type { ReservationApi } from '../../grpc/reservation.client';
import { toReservation } from '../mappers/reservation.mapper';
import { toRequestId } from '../request-id';
import { defineRoute, json, type TableEntry } from '../route';
import * as schemas from '../schemas/reservation.schemas';

const PATH = '/reservations/:reservationId/extend';
const { EXAMPLE_RESERVATION } = schemas;

const extendRoute = (
  api: ReservationApi,
  differing: Pick<TableEntry, 'path' | 'operationId' | 'summary' | 'description'>,
): TableEntry =>
  defineRoute({
    tag: 'Reservations',
    services: ['reservation'],
    access: 'manager',
    scope: 'reservations:write',
    ...differing,
    method: 'post',
    request: {
      path: schemas.reservationPath,
      headers: schemas.extensionKeyHeader,
      body: schemas.extendBody,
    },
    requestExamples: {
      payment: { summary: 'Five more minutes for the payment', value: { seconds: 300 } },
    },
    responses: {
      200: {
        description: 'The reservation, with its new `expiresAt`.',
        schema: schemas.reservation,
        example: { ...EXAMPLE_RESERVATION, expiresAt: '2026-11-22T12:15:00.000Z' },
      },
    },
    rpcs: ['ReservationService.ExtendReservation'],
    errors: [],
    fieldNames: { '/seconds': '/seconds' },
    handle: async ({ path: { reservationId }, headers, body }, { principal, call }) => {
      const requestId = toRequestId({
        caller: principal,
        route: `POST ${PATH} ${reservationId}`,
        key: headers['Idempotency-Key'],
      });
      const { seconds } = body;
      const reservation = await api.extend({ reservationId, seconds, requestId }, call);
      return json(200, toReservation(reservation, principal));
    },
  });

/** The preferred path, and the one with the verb first. */
export const createExtendRoutes = (api: ReservationApi): readonly TableEntry[] => [
  extendRoute(api, {
    path: PATH,
    operationId: 'extendReservation',
    summary: 'Extend a reservation',
    description:
      'Moves `expiresAt` of a pending reservation forward by `seconds`, so that a payment under way can end. Only API clients with the scope `reservations:write` and administrators, for any customer: a buyer who could extend would keep the units from others. Idempotent with an Idempotency-Key: a retry of one of the last 20 extensions moves nothing. `RESERVATION_NOT_FOUND`: no reservation has this id. `RESERVATION_EXPIRED`, `RESERVATION_CONFIRMED`, `RESERVATION_CANCELLED` and `RESERVATION_RETURNED`: it has ended. `HOLD_TIME_EXCEEDED`: it would be held past `latestExpiresAt`, which is `MAX_HOLD_SECONDS` of the deployment after `createdAt`.',
  }),
  extendRoute(api, {
    path: '/reservations/extend/:reservationId',
    operationId: 'extendReservationVerbFirst',
    summary: 'Extend a reservation (verb first)',
    description:
      'The same as `POST /reservations/{reservationId}/extend`, which is preferred; an Idempotency-Key counts for both.',
  }),
];
