import { buildRequests } from './build-requests';

const TOKENS = ['ada', 'bea', 'cem', 'dan', 'eve'];

describe('the requests of a run', () => {
  it('every buyer gets one request, and no two connections share a buyer', () => {
    const hands = buildRequests({ kind: 'reserve', productIds: ['p'] }, 2, TOKENS);
    const buyers = hands.map((hand) => hand.map(({ headers }) => headers['authorization']));
    expect(buyers).toEqual([
      ['Bearer ada', 'Bearer cem', 'Bearer eve'],
      ['Bearer bea', 'Bearer dan'],
    ]);
  });

  it('every request gets its own idempotency key if keys are enabled', () => {
    const hands = buildRequests(
      { kind: 'reserve', productIds: ['p'], keyPrefix: 'round-1', count: 12 },
      3,
      TOKENS,
    );
    const keys = hands.flat().map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(12);
  });

  it('a reservation is confirmed by the buyer who made it', () => {
    const reservations = [{ reservationId: 'r-1', buyer: 3 }];
    const [[request] = []] = buildRequests({ kind: 'confirm', reservations }, 1, TOKENS);
    expect(request).toMatchObject({
      path: '/reservations/confirm/r-1',
      headers: { authorization: 'Bearer dan' },
    });
  });
});
