import type { ReservationApi } from '../../grpc/reservation.client';
import { toReservation } from '../mappers/reservation.mapper';
import { defineRoute, json, type TableEntry } from '../route';
import { EXAMPLE_RESERVATION, reservation, reservationPath } from '../schemas/reservation.schemas';
import { EXAMPLE_RETURN, returnBody, returnKeyHeader } from '../schemas/return.schemas';

const EXAMPLE = {
  ...EXAMPLE_RESERVATION,
  status: 'RETURNED',
  items: EXAMPLE_RESERVATION.items.map((item) => ({ ...item, returnedQuantity: 1 })),
  confirmedAt: '2026-11-22T12:01:00.000Z',
  returnedAt: EXAMPLE_RETURN.createdAt,
  returns: [EXAMPLE_RETURN],
} as const;

const returnRoute = (
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
      path: reservationPath,
      headers: returnKeyHeader,
      body: returnBody,
    },
    requestExamples: {
      all: { summary: 'Everything that is left', value: { reason: 'Sent back' } },
      broken: {
        summary: 'One broken unit, which is not sold again',
        value: { items: EXAMPLE_RETURN.items, restock: false, reason: 'Arrived broken' },
      },
    },
    responses: {
      200: {
        description:
          'The reservation with its `returns`: still `CONFIRMED`, or `RETURNED` if nothing is left.',
        schema: reservation,
        example: EXAMPLE,
        headers: {
          'Idempotent-Replayed':
            '`true` if an earlier request with the same Idempotency-Key made the return.',
        },
      },
    },
    rpcs: ['ReservationService.ReturnReservation'],
    errors: [],
    fieldNames: {
      '/lines': '/items',
      '/writeOff': '/restock',
      '/idempotencyKey': '/headers/idempotency-key',
    },
    handle: async ({ path, headers, body }, { principal, call }) => {
      const key = headers['Idempotency-Key'];
      const { reservation: returned, replayed } = await api.return(
        {
          reservationId: path.reservationId,
          lines: body.items ?? [],
          writeOff: !body.restock,
          reason: body.reason,
          idempotencyKey: key ?? '',
        },
        call,
      );
      // A replay without a key is due to a gRPC retry.
      const isReplay = replayed && key !== undefined;
      return json(
        200,
        toReservation(returned, principal),
        isReplay ? { 'idempotent-replayed': 'true' } : {},
      );
    },
  });

/** The preferred path, and the one with the verb first. */
export const createReturnRoutes = (api: ReservationApi): readonly TableEntry[] => [
  returnRoute(api, {
    path: '/reservations/:reservationId/return',
    operationId: 'returnReservation',
    summary: 'Return units of a confirmed reservation',
    description:
      'For a customer who sends something back: returns the units in `items`, or without them all that are left. They go on sale again or, with `restock: false`, are written off: they are neither sold nor on sale. Only API clients with the scope `reservations:write` and administrators, for any customer. The money is yours to refund. The return is durable when this responds; the product’s `stockQuantity`, `soldQuantity` and `writtenOffQuantity` show it within moments. Idempotent with an Idempotency-Key: a retry returns nothing more. `RESERVATION_NOT_FOUND`: no reservation has this id, or it is too old. `RESERVATION_PENDING`, `RESERVATION_CANCELLED` and `RESERVATION_EXPIRED`: nothing was sold. `RESERVATION_RETURNED`: nothing is left. `RETURN_EXCEEDS_UNITS`: of the product in `productId` only `returnableUnits` are left; nothing was returned. `RETURNS_LIMITED`: it has 100 returns. `IDEMPOTENCY_KEY_REUSED`: the key was used before, with another body.',
  }),
  returnRoute(api, {
    path: '/reservations/return/:reservationId',
    operationId: 'returnReservationVerbFirst',
    summary: 'Return units of a confirmed reservation (verb first)',
    description:
      'The same as `POST /reservations/{reservationId}/return`, which is preferred; an Idempotency-Key counts for both.',
  }),
];
