import { ask, PRODUCT_ID, pointersOf, RESERVATION, RESERVATION_ID, TIME } from '../../testing/ask';
import type { Sending } from '../../testing/http-client';

describe('reserving', () => {
  const reservingAs = async (sending: Sending, replayed: boolean) => {
    let request: unknown;
    const answer = await ask(
      `POST /reservations/${PRODUCT_ID}`,
      { token: 'customer', ...sending },
      {
        reservation: {
          reserve: async (given) => {
            request = given;
            return { reservation: RESERVATION, replayed };
          },
        },
      },
    );
    return { answer, request };
  };

  it.each<[string, Sending]>([
    ['no body', {}],
    ['an empty object', { body: {} }],
    ['an empty body of some type', { raw: '', headers: { 'content-type': 'text/plain' } }],
  ])('POST /reservations/:productId reserves one unit with %s', async (_name, sending) => {
    const { answer, request } = await reservingAs(sending, false);
    expect(answer.status).toBe(201);
    expect(answer.headers.location).toBe(`/reservations/${RESERVATION_ID}`);
    expect(answer.json).toEqual({
      reservationId: RESERVATION_ID,
      status: 'PENDING',
      items: [{ productId: PRODUCT_ID, quantity: 1 }],
      productId: PRODUCT_ID,
      quantity: 1,
      expiresAt: TIME.toISOString(),
      createdAt: TIME.toISOString(),
    });
    expect(request).toMatchObject({ lines: [{ productId: PRODUCT_ID, quantity: 1 }] });
  });

  it.each([
    ['k1', 'k1'],
    ['"k1"', 'k1'],
    ['"k\\"1"', 'k"1'],
    ['k"1"', 'k"1"'],
  ])('the Idempotency-Key %s is the key %s', async (sent, key) => {
    const { request } = await reservingAs({ headers: { 'idempotency-key': sent } }, false);
    expect(request).toMatchObject({ idempotencyKey: key });
  });

  it('an API client reserves for the customer that it names, and the response contains the customer', async () => {
    const body = { customerId: 'auth0|5f7', quantity: 2 };
    const { answer, request } = await reservingAs({ token: 'client', body }, false);
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({ customerId: RESERVATION.customerId });
    expect(request).toMatchObject({ customerId: 'auth0|5f7', lines: [{ quantity: 2 }] });
  });

  it.each<[string, Sending]>([
    ['an API client that names no customer', { token: 'client' }],
    ['a user that names a customer', { token: 'customer', body: { customerId: 'somebody' } }],
    ['a customer id with a space', { token: 'client', body: { customerId: 'a b' } }],
  ])('%s gets 400 and reserves nothing', async (_name, sending) => {
    const { answer, request } = await reservingAs(sending, false);
    expect([answer.status, pointersOf(answer)]).toEqual([400, ['/customerId']]);
    expect(request).toBeUndefined();
  });

  it('an API client chooses the hold time, and a user gets 400', async () => {
    const body = { customerId: 'auth0|5f7', holdSeconds: 60 };
    const byClient = await reservingAs({ token: 'client', body }, false);
    const byUser = await reservingAs({ body: { holdSeconds: 60 } }, false);
    expect(byClient.request).toMatchObject({ holdSeconds: 60 });
    expect([byUser.answer.status, pointersOf(byUser.answer)]).toEqual([400, ['/holdSeconds']]);
    expect(byUser.request).toBeUndefined();
  });

  it('only a replay by idempotency key is marked as replayed', async () => {
    const keyed = await reservingAs({ headers: { 'idempotency-key': 'k1' } }, true);
    expect([keyed.answer.status, keyed.answer.headers['idempotent-replayed']]).toEqual([
      200,
      'true',
    ]);
    expect(keyed.request).toMatchObject({ idempotencyKey: 'k1' });

    const first = await reservingAs({ headers: { 'idempotency-key': 'k1' } }, false);
    expect([first.answer.status, first.answer.headers['idempotent-replayed']]).toEqual([
      201,
      undefined,
    ]);

    const retriedByUs = await reservingAs({}, true);
    expect([retriedByUs.answer.status, retriedByUs.answer.headers['idempotent-replayed']]).toEqual([
      201,
      undefined,
    ]);
  });
});
