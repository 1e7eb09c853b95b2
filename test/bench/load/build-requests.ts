import type { MadeReservation, Requests } from './load-plan';
import type { PreparedRequest } from './prepared-request';

const JSON_TYPE = { 'content-type': 'application/json' } as const;
const ONE_UNIT = JSON.stringify({ quantity: 1 });

/** Distributes `count` requests over the connections, so that no two connections share one. */
const deal = (
  count: number,
  connections: number,
  make: (index: number) => PreparedRequest,
): readonly PreparedRequest[][] => {
  const hands: PreparedRequest[][] = Array.from({ length: connections }, () => []);
  for (let index = 0; index < count; index += 1) hands[index % connections]?.push(make(index));
  return hands;
};

const bearer = (tokens: readonly string[], buyer: number): string =>
  `Bearer ${tokens[buyer] ?? ''}`;

/** A buyer reserves one unit. */
export const buildReserve = (
  productId: string,
  buyer: number,
  tokens: readonly string[],
): PreparedRequest => ({
  method: 'POST',
  path: `/reservations/${productId}`,
  headers: { ...JSON_TYPE, authorization: bearer(tokens, buyer) },
  body: ONE_UNIT,
  buyer,
});

/** The buyer of a reservation confirms or cancels it. */
export const buildEnd = (
  verb: 'confirm' | 'cancel',
  { reservationId, buyer }: MadeReservation,
  tokens: readonly string[],
): PreparedRequest => ({
  method: 'POST',
  path: `/reservations/${verb}/${reservationId}`,
  headers: { authorization: bearer(tokens, buyer) },
  buyer,
});

/** Reads a path without a token. */
export const buildGet = (path: string, buyer: number): PreparedRequest => ({
  method: 'GET',
  path,
  headers: {},
  buyer,
});

const buildReserves = (
  requests: Extract<Requests, { kind: 'reserve' | 'checkout' }>,
  connections: number,
  tokens: readonly string[],
): readonly PreparedRequest[][] => {
  const { productIds } = requests;
  const { keyPrefix = undefined, count = tokens.length } =
    requests.kind === 'reserve' ? requests : {};
  return deal(Math.max(count, connections), connections, (index) => {
    const productId = productIds[index % productIds.length] ?? '';
    const request = buildReserve(productId, index % tokens.length, tokens);
    if (keyPrefix === undefined) return request;
    const headers = { ...request.headers, 'idempotency-key': `${keyPrefix}-${index}` };
    return { ...request, headers };
  });
};

/** Prepares all requests of a run, one list per connection. */
export const buildRequests = (
  requests: Requests,
  connections: number,
  tokens: readonly string[],
): readonly PreparedRequest[][] => {
  switch (requests.kind) {
    case 'reserve':
    case 'checkout':
      return buildReserves(requests, connections, tokens);
    case 'confirm':
      return deal(requests.reservations.length, connections, (index) => {
        const reservation = requests.reservations[index] ?? { reservationId: '', buyer: 0 };
        return buildEnd('confirm', reservation, tokens);
      });
    case 'get':
      return deal(connections, connections, (index) => buildGet(requests.path, index));
  }
};
