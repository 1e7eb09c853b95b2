import { invalidRequest } from '@flashreserve/rpc';
import type { ReservationApi } from '../../grpc/reservation.client';
import type { Limits } from '../../limits/limits';
import { actingCustomer } from '../acting-customer';
import { toReservation } from '../mappers/reservation.mapper';
import { defineRoute, json, type RouteContext, type TableEntry } from '../route';
import { EXAMPLE_IDS } from '../schemas/common.schemas';
import { productPath } from '../schemas/product.schemas';
import * as schemas from '../schemas/reservation.schemas';

const COMMON = {
  tag: 'Reservations',
  services: ['reservation'],
  access: 'customer',
  scope: 'reservations:write',
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
      'The reservation that an earlier request with the same Idempotency-Key created, in its current state. Check its `status`: an `EXPIRED`, `CANCELLED` or `RETURNED` reservation no longer has units. To reserve again, use a new key.',
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

interface ReserveDeps {
  readonly reservation: ReservationApi;
  readonly limits: Pick<Limits, 'reservation' | 'guestReservation'>;
}

/**
 * A replay without a key is due to a gRPC retry, so the response is 201 then. Throws a known "sold
 * out" at once, without a promise.
 */
const reserve = (
  { reservation: api, limits }: ReserveDeps,
  terms: Terms,
  key: string | undefined,
  context: RouteContext<'customer'>,
  customerId: string,
) => {
  const { principal } = context;
  if (terms.holdSeconds !== undefined && principal.kind === 'user') {
    const description = 'may be given by API clients only';
    throw invalidRequest([{ field: '/holdSeconds', description }]);
  }
  // Not first: V8 creates objects that begin with a spread forty times slower.
  const request = { customerId, idempotencyKey: key ?? '', ...terms };
  const send = () => {
    const refusal = api.recallSoldOut(request);
    if (refusal !== undefined) throw refusal;
    return api.reserve(request, context.call);
  };
  const isGuest = principal.kind === 'user' && principal.role === 'GUEST';
  const limit = isGuest ? limits.guestReservation : limits.reservation;
  return limit(customerId, send).then(({ result, headers }) => {
    const { reservation, replayed } = result;
    const body = toReservation(reservation, principal);
    const location = `/reservations/${body.reservationId}`;
    return replayed && key !== undefined
      ? json(200, body, { location, 'idempotent-replayed': 'true', ...headers })
      : json(201, body, { location, ...headers });
  });
};

const reserveOneRoute = (deps: ReserveDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/reservations/:productId',
    operationId: 'reserveProduct',
    summary: 'Reserve one product',
    description:
      'Holds 1 to 100 units of one product until `expiresAt`, or holds nothing. Without a body it holds one unit. Never oversells. Idempotent with an Idempotency-Key: a retry returns the reservation that the first request created. Without a key, a retry creates a second reservation. `PRODUCT_NOT_FOUND`: no product has this id. `OUT_OF_STOCK`: fewer units are available. `IDEMPOTENCY_KEY_REUSED`: the key was used before, for another product, quantity, metadata or reference. `RESERVATION_EXPIRED`: a retry came more than five seconds after an attempt with an unknown outcome, and its units have been released. `RESERVATION_RATE_LIMITED` and `OPEN_HOLDS_LIMITED`: the user exceeded a limit of this deployment; by default only guests have one, of 5 requests a second.',
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
      reserve(
        deps,
        schemas.termsOfOne(path.productId, body),
        headers[KEY],
        context,
        actingCustomer(context.principal, body?.customerId, '/customerId'),
      ),
  });

const reserveRoute = (deps: ReserveDeps): TableEntry =>
  defineRoute({
    ...COMMON,
    method: 'post',
    path: '/reservations',
    operationId: 'reserveProducts',
    summary: 'Reserve several products',
    description:
      'Holds the units of all lines until `expiresAt`, or holds nothing. Never oversells. Idempotent with an Idempotency-Key: a retry returns the reservation that the first request created. Without a key, a retry creates a second reservation. `PRODUCT_NOT_FOUND`: no product has the id in `productId`. `OUT_OF_STOCK`: fewer units of that product are available. `IDEMPOTENCY_KEY_REUSED`: the key was used before, for other products, quantities, metadata or another reference. `RESERVATION_EXPIRED`: a retry came more than five seconds after an attempt with an unknown outcome, and its units have been released. `RESERVATION_RATE_LIMITED` and `OPEN_HOLDS_LIMITED`: the user exceeded a limit of this deployment; by default only guests have one, of 5 requests a second.',
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
      reserve(
        deps,
        schemas.termsOfSeveral(body),
        headers[KEY],
        context,
        actingCustomer(context.principal, body.customerId, '/customerId'),
      ),
  });

export const createReserveRoutes = (deps: ReserveDeps): readonly TableEntry[] => [
  reserveOneRoute(deps),
  reserveRoute(deps),
];
