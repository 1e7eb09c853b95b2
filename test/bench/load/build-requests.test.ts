import { buildRequests } from './build-requests';

const TOKENS = ['ada', 'bea', 'cem', 'dan', 'eve'];

describe('the requests of a run', () => {
  it('give every buyer one request and no two connections the same buyer', () => {
    const hands = buildRequests({ kind: 'reserve', productIds: ['p'] }, 2, TOKENS);
    const buyers = hands.map((hand) => hand.map(({ headers }) => headers['authorization']));
    expect(buyers).toEqual([
      ['Bearer ada', 'Bearer cem', 'Bearer eve'],
      ['Bearer bea', 'Bearer dan'],
    ]);
  });

  it('give every request a key of its own when keys are asked for', () => {
    const hands = buildRequests(
      { kind: 'reserve', productIds: ['p'], keyPrefix: 'round-1', count: 12 },
      3,
      TOKENS,
    );
    const keys = hands.flat().map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(12);
  });

  it('let the buyer confirm who has reserved', () => {
    const reservations = [{ reservationId: 'r-1', buyer: 3 }];
    const [[request] = []] = buildRequests({ kind: 'confirm', reservations }, 1, TOKENS);
    expect(request).toMatchObject({
      path: '/reservations/confirm/r-1',
      headers: { authorization: 'Bearer dan' },
    });
  });
});
