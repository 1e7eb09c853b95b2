import type { ReservationApi } from '../../grpc/reservation.client';
import { toReservation, toStatus } from '../mappers/reservation.mapper';
import { defineRoute, json, type TableEntry } from '../route';
import * as schemas from '../schemas/reservation.schemas';

const COMMON = { tag: 'Reservations', services: ['reservation'], access: 'user' } as const;
const { EXAMPLE_RESERVATION } = schemas;

const confirmRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/reservations/confirm/:reservationId',
    hot: true,
    operationId: 'confirmReservation',
    summary: 'Confirm a reservation',
    description:
      'Sells the units of a pending reservation. Idempotent: confirming a confirmed reservation returns it unchanged. `RESERVATION_NOT_FOUND`: the caller has no reservation with this id. `RESERVATION_EXPIRED`: `expiresAt` has passed. `RESERVATION_CANCELLED`: it was cancelled.',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation, with the status `CONFIRMED`.',
        schema: schemas.reservation,
        example: {
          ...EXAMPLE_RESERVATION,
          status: 'CONFIRMED',
          confirmedAt: '2026-11-22T12:01:00.000Z',
        },
      },
    },
    rpcs: ['ReservationService.ConfirmReservation'],
    errors: [],
    handle: async ({ path }, { call }) =>
      json(200, toReservation(await api.confirm(path.reservationId, call))),
  });

const cancelRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/reservations/cancel/:reservationId',
    hot: true,
    operationId: 'cancelReservation',
    summary: 'Cancel a reservation',
    description:
      'Cancels a pending reservation and makes its units available again. Idempotent: cancelling a cancelled reservation returns it unchanged. `RESERVATION_NOT_FOUND`: the caller has no reservation with this id. `RESERVATION_EXPIRED`: `expiresAt` has passed. `RESERVATION_CONFIRMED`: its units are sold.',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation, with the status `CANCELLED`.',
        schema: schemas.reservation,
        example: {
          ...EXAMPLE_RESERVATION,
          status: 'CANCELLED',
          cancelledAt: '2026-11-22T12:01:00.000Z',
        },
      },
    },
    rpcs: ['ReservationService.CancelReservation'],
    errors: [],
    handle: async ({ path }, { call }) =>
      json(200, toReservation(await api.cancel(path.reservationId, call))),
  });

const listRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/reservations',
    operationId: 'listReservations',
    summary: 'List my reservations',
    description:
      'Returns the caller’s reservations page by page, newest first. `INVALID_PAGE_TOKEN`: the page token was not issued by this list with the same filter.',
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
    handle: async ({ query }, { call }) => {
      const { status, pageSize = 0, pageToken = '' } = query;
      const { reservations, nextPageToken } = await api.list(
        { status: toStatus(status), pageSize, pageToken },
        call,
      );
      return json(200, { items: reservations.map(toReservation), nextPageToken });
    },
  });

const getRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'get',
    path: '/reservations/:reservationId',
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
    handle: async ({ path }, { call }) =>
      json(200, toReservation(await api.get(path.reservationId, call))),
  });

export const createReservationRoutes = (api: ReservationApi): readonly TableEntry[] => [
  confirmRoute(api),
  cancelRoute(api),
  listRoute(api),
  getRoute(api),
];
