import { ask, PRODUCT_ID, RESERVATION, RESERVATION_ID, TIME } from '../../testing/ask';
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
