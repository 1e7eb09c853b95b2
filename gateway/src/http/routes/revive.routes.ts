import type { ReservationApi } from '../../grpc/reservation.client';
import { toReservation } from '../mappers/reservation.mapper';
import { defineRoute, json, type TableEntry } from '../route';
import * as schemas from '../schemas/reservation.schemas';

const { EXAMPLE_RESERVATION } = schemas;

const EXAMPLE = {
  ...EXAMPLE_RESERVATION,
  reservationId: '7b1f9a52-6f0c-5d0e-9a3b-2f6c8e4d1a90',
  status: 'CONFIRMED',
  createdAt: '2026-11-22T12:12:00.000Z',
  expiresAt: '2026-11-22T12:22:00.000Z',
  confirmedAt: '2026-11-22T12:12:00.000Z',
  replaces: EXAMPLE_RESERVATION.reservationId,
} as const;

const reviveRoute = (
  api: ReservationApi,
  differing: Pick<TableEntry, 'path' | 'operationId' | 'summary' | 'description'>,
): TableEntry =>
  defineRoute({
    tag: 'Reservations',
    services: ['reservation'],
    access: 'manager',
    scope: 'reservations:confirm',
    ...differing,
    method: 'post',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation with the status `CONFIRMED` that replaces the expired one.',
        schema: schemas.reservation,
        example: EXAMPLE,
        headers: { Location: 'Path of the new reservation.' },
      },
    },
    rpcs: ['ReservationService.ReviveReservation'],
    errors: [],
    handle: async ({ path }, { principal, call }) => {
      const reservation = await api.revive(path.reservationId, call);
      const location = `/reservations/${reservation.reservationId}`;
      return json(200, toReservation(reservation, principal), { location });
    },
  });

/** The preferred path, and the one with the verb first. */
export const createReviveRoutes = (api: ReservationApi): readonly TableEntry[] => [
  reviveRoute(api, {
    path: '/reservations/:reservationId/revive',
    operationId: 'reviveReservation',
    summary: 'Revive an expired reservation',
    description:
      'For a payment that arrived after the expiry: if the units are still there, makes a new reservation for the same customer and units that is `CONFIRMED` at once and names the expired one in `replaces`; the expired one stays as it is. Only API clients with the scope `reservations:confirm`, and administrators unless `CONFIRM_BY=backend` (`BACKEND_CONFIRMS`). Idempotent: a reservation is revived at most once, and a retry returns the same. `OUT_OF_STOCK`: the units were sold to others; refund the payment. `RESERVATION_NOT_FOUND`: no reservation has this id, or it is too old. `RESERVATION_PENDING`: it has not expired; confirm it. `RESERVATION_CONFIRMED`, `RESERVATION_CANCELLED`, `RESERVATION_RETURNED`: it ended in another way. `RESERVATION_EXPIRED`: a retry came more than five seconds after an attempt with an unknown outcome, and its units have been released; refund the payment. `PRODUCT_NOT_FOUND`: the product no longer exists.',
  }),
  reviveRoute(api, {
    path: '/reservations/revive/:reservationId',
    operationId: 'reviveReservationVerbFirst',
    summary: 'Revive an expired reservation (verb first)',
    description: 'The same as `POST /reservations/{reservationId}/revive`, which is preferred.',
  }),
];
