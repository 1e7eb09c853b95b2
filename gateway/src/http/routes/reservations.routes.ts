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
    description: 'Turns a pending reservation into a sale. Idempotent.',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation, `CONFIRMED`.',
        schema: schemas.reservation,
        example: {
          ...EXAMPLE_RESERVATION,
          status: 'CONFIRMED',
          confirmedAt: '2026-11-22T12:01:00.000Z',
        },
      },
    },
    errors: ['RESERVATION_NOT_FOUND', 'RESERVATION_EXPIRED', 'RESERVATION_CANCELLED'],
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
    description: 'Gives a pending reservation up and its units back. Idempotent.',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation, `CANCELLED`.',
        schema: schemas.reservation,
        example: {
          ...EXAMPLE_RESERVATION,
          status: 'CANCELLED',
          cancelledAt: '2026-11-22T12:01:00.000Z',
        },
      },
    },
    errors: ['RESERVATION_NOT_FOUND', 'RESERVATION_EXPIRED', 'RESERVATION_CONFIRMED'],
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
    description: 'The caller’s own, newest first.',
    request: { query: schemas.listReservationsQuery },
    responses: {
      200: {
        description: 'A page of reservations.',
        schema: schemas.reservationPage,
        example: { items: [EXAMPLE_RESERVATION], nextPageToken: '' },
      },
    },
    errors: ['INVALID_PAGE_TOKEN'],
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
    description: 'Only the caller’s own; another customer’s is not found.',
    request: { path: schemas.reservationPath },
    responses: {
      200: {
        description: 'The reservation.',
        schema: schemas.reservation,
        example: EXAMPLE_RESERVATION,
      },
    },
    errors: ['RESERVATION_NOT_FOUND'],
    handle: async ({ path }, { call }) =>
      json(200, toReservation(await api.get(path.reservationId, call))),
  });

export const createReservationRoutes = (api: ReservationApi): readonly TableEntry[] => [
  confirmRoute(api),
  cancelRoute(api),
  listRoute(api),
  getRoute(api),
];
