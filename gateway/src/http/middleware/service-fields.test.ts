import { DomainError } from '@flashreserve/rpc';
import { ask, PRODUCT_ID, pointersOf } from '../../testing/ask';
import type { TestServices } from '../../testing/start-test-gateway';

describe('errors of services', () => {
  const failing = (error: unknown): TestServices => ({
    reservation: { reserve: () => Promise.reject(error) },
  });
  const reserve = (error: unknown) =>
    ask(
      'POST /reservations',
      { token: 'customer', body: { items: [{ productId: PRODUCT_ID, quantity: 1 }] } },
      failing(error),
    );

  it('errors of services keep their reason and metadata, and numbers are numbers', async () => {
    const answer = await reserve(
      new DomainError({
        kind: 'precondition',
        reason: 'OUT_OF_STOCK',
        message: 'Not enough.',
        metadata: { productId: PRODUCT_ID, requestedUnits: '1', status: 'never overwritten' },
        domain: 'catalog.flashreserve',
      }),
    );
    expect(answer.status).toBe(409);
    expect(answer.json).toEqual({
      type: '/errors#out-of-stock',
      title: 'Out of stock',
      status: 409,
      detail: 'Not enough.',
      instance: `urn:flashreserve:request:${answer.headers['x-request-id']}`,
      reason: 'OUT_OF_STOCK',
      requestId: answer.headers['x-request-id'],
      productId: PRODUCT_ID,
      requestedUnits: 1,
    });
  });

  it('errors of services name fields as the route does', async () => {
    const answer = await reserve(
      new DomainError({
        kind: 'invalid',
        reason: 'INVALID_REQUEST',
        message: 'lines[0].quantity is wrong',
        fieldViolations: [
          { field: 'lines[0].quantity', description: 'is wrong' },
          { field: 'idempotency_key', description: 'is wrong' },
        ],
        domain: 'reservation.flashreserve',
      }),
    );
    expect(pointersOf(answer)).toEqual(['/items/0/quantity', '/headers/idempotency-key']);
    expect(answer.json['detail']).not.toContain('lines');
  });

  it('a service that is down leads to 503 with Retry-After', async () => {
    const answer = await reserve(
      new DomainError({ kind: 'unavailable', reason: 'RESERVATION_UNAVAILABLE', message: 'Away.' }),
    );
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  });

  it('unexpected errors of services expose nothing but the request id', async () => {
    const answer = await reserve(new Error('password=hunter2 at 10.0.0.7'));
    expect(answer.json).toMatchObject({
      status: 500,
      reason: 'INTERNAL',
      detail: 'Internal error.',
    });
    expect(answer.text).not.toMatch(/hunter2|10\.0\.0\.7|stack/);
  });
});
