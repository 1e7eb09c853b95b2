import type { Requests } from './load-plan';
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

/** Prepares all requests of a run, one list per connection. */
export const buildRequests = (
  requests: Requests,
  connections: number,
  tokens: readonly string[],
): readonly PreparedRequest[][] => {
  const bearer = (buyer: number): string => `Bearer ${tokens[buyer] ?? ''}`;
  switch (requests.kind) {
    case 'reserve': {
      const { productIds, keyPrefix, count = tokens.length } = requests;
      return deal(Math.max(count, connections), connections, (index) => ({
        method: 'POST',
        path: `/reservations/${productIds[index % productIds.length] ?? ''}`,
        headers: {
          ...JSON_TYPE,
          authorization: bearer(index % tokens.length),
          ...(keyPrefix === undefined ? {} : { 'idempotency-key': `${keyPrefix}-${index}` }),
        },
        body: ONE_UNIT,
        buyer: index % tokens.length,
      }));
    }
    case 'confirm':
      return deal(requests.reservations.length, connections, (index) => {
        const { reservationId = '', buyer = 0 } = requests.reservations[index] ?? {};
        return {
          method: 'POST',
          path: `/reservations/confirm/${reservationId}`,
          headers: { authorization: bearer(buyer) },
          buyer,
        };
      });
    case 'get':
      return deal(connections, connections, (index) => ({
        method: 'GET',
        path: requests.path,
        headers: {},
        buyer: index,
      }));
  }
};
