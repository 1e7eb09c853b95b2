import type { ReservationApi } from '../../grpc/reservation.client';
import type { Limits } from '../../limits/limits';
import type { CountReservation } from '../../limits/reservation-rate';
import { toReservation } from '../mappers/reservation.mapper';
import { defineRoute, json, type RouteContext, type TableEntry } from '../route';
import { EXAMPLE_IDS } from '../schemas/common.schemas';
import { productPath } from '../schemas/product.schemas';
import * as schemas from '../schemas/reservation.schemas';

const COMMON = {
  tag: 'Reservations',
  services: ['reservation'],
  access: 'user',
  hot: true,
  rpcs: ['ReservationService.Reserve'],
  errors: ['RESERVATION_RATE_LIMITED'],
} as const;
const KEY = 'Idempotency-Key';
const { EXAMPLE_RESERVATION } = schemas;

const RESERVE_RESPONSES = {
  201: {
    description: 'The new reservation. Its units are held until `expiresAt`.',
    schema: schemas.reservation,
    example: EXAMPLE_RESERVATION,
    headers: { Location: 'Path of the reservation.' },
  },
  200: {
    description:
      'The reservation that an earlier request with the same Idempotency-Key created, in its current state. Check its `status`: an `EXPIRED` or `CANCELLED` reservation no longer holds units. To reserve again, use a new key.',
    schema: schemas.reservation,
    example: EXAMPLE_RESERVATION,
    headers: {
      Location: 'Path of the reservation.',
      'Idempotent-Replayed': 'Always `true`.',
    },
  },
} as const;

/** What the body of a request asks for. */
type Terms = Omit<Parameters<ReservationApi['reserve']>[0], 'customerId' | 'idempotencyKey'>;

/** A replay without a key is due to a gRPC retry, so the response is 201 then. */
const reserve = async (
  api: ReservationApi,
  terms: Terms,
  key: string | undefined,
  { principal, call }: RouteContext<'user'>,
) => {
  const { reservation, replayed } = await api.reserve(
    // Not first: V8 creates objects that begin with a spread forty times slower.
    { customerId: principal.userId, idempotencyKey: key ?? '', ...terms },
    call,
  );
  const body = toReservation(reservation);
  const location = `/reservations/${body.reservationId}`;
  return replayed && key !== undefined
    ? json(200, body, { location, 'idempotent-replayed': 'true' })
    : json(201, body, { location });
};

const reserveOneRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/reservations/:productId',
    operationId: 'reserveProduct',
    summary: 'Reserve one product',
    description:
      'Holds 1 to 100 units of one product until `expiresAt`, or holds nothing. Without a body it holds one unit. Never oversells. Idempotent with an Idempotency-Key: a retry returns the reservation that the first request created. Without a key, a retry creates a second reservation. `PRODUCT_NOT_FOUND`: no product has this id. `OUT_OF_STOCK`: fewer units are available. `IDEMPOTENCY_KEY_REUSED`: the key was used before, for another product or quantity. `RESERVATION_EXPIRED`: a retry came more than five seconds after an attempt with an unknown outcome, and its units have been released. `RESERVATION_RATE_LIMITED` and `OPEN_HOLDS_LIMITED`: the user exceeded a limit of this deployment; there is none by default.',
    request: {
      path: productPath,
      headers: schemas.reservationKeyHeader,
      body: schemas.reserveOneBody,
    },
    requestExamples: { one: { summary: 'One unit', value: { quantity: 1 } } },
    responses: RESERVE_RESPONSES,
    fieldNames: {
      '/lines/0/productId': '/path/productId',
      '/lines': '/quantity',
      '/lines/0/quantity': '/quantity',
      '/idempotencyKey': '/headers/idempotency-key',
    },
    handle: ({ path, headers, body }, context) =>
      reserve(api, schemas.termsOfOne(path.productId, body), headers[KEY], context),
  });

const reserveRoute = (api: ReservationApi): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/reservations',
    operationId: 'reserveProducts',
    summary: 'Reserve several products',
    description:
      'Holds the units of all lines until `expiresAt`, or holds nothing. Never oversells. Idempotent with an Idempotency-Key: a retry returns the reservation that the first request created. Without a key, a retry creates a second reservation. `PRODUCT_NOT_FOUND`: no product has the id in `productId`. `OUT_OF_STOCK`: fewer units of that product are available. `IDEMPOTENCY_KEY_REUSED`: the key was used before, for other products or quantities. `RESERVATION_EXPIRED`: a retry came more than five seconds after an attempt with an unknown outcome, and its units have been released. `RESERVATION_RATE_LIMITED` and `OPEN_HOLDS_LIMITED`: the user exceeded a limit of this deployment; there is none by default.',
    request: { headers: schemas.reservationKeyHeader, body: schemas.reserveBody },
    requestExamples: {
      cart: {
        summary: 'Two lines',
        value: {
          items: [
            { productId: EXAMPLE_IDS.product, quantity: 1 },
            { productId: EXAMPLE_IDS.secondProduct, quantity: 2 },
          ],
        },
      },
    },
    responses: RESERVE_RESPONSES,
    fieldNames: { '/lines': '/items', '/idempotencyKey': '/headers/idempotency-key' },
    handle: ({ headers, body }, context) =>
      reserve(api, schemas.termsOfSeveral(body), headers[KEY], context),
  });

/** The same API, counting a user's reservations before each call. */
const withCount = (api: ReservationApi, count: CountReservation | undefined): ReservationApi =>
  count === undefined
    ? api
    : {
        ...api,
        reserve: (request, call) =>
          count(request.customerId).then(() => api.reserve(request, call)),
      };

export const createReserveRoutes = (deps: {
  readonly reservation: ReservationApi;
  readonly limits: Pick<Limits, 'countReservation'>;
}): readonly TableEntry[] => {
  const api = withCount(deps.reservation, deps.limits.countReservation);
  return [reserveOneRoute(api), reserveRoute(api)];
};
