import fc from 'fast-check';
import { CUSTOMER_ID_PATTERN, reservationIdFor } from './reservation-id';

const customerId = '01933b5c-0000-7000-8000-000000000001';

describe('reservationIdFor', () => {
  it('the id derived from a customer and key never changes', () => {
    // Pinned: if this changes, a retry across a release creates a second hold.
    expect(reservationIdFor({ customerId, idempotencyKey: 'checkout-1' })).toBe(
      'e5bcf23e-1ffd-596e-b4cb-5fc22ae7471d',
    );
  });

  it('different customers and keys yield different ids', () => {
    const ids = [
      reservationIdFor({ customerId, idempotencyKey: 'k' }),
      reservationIdFor({ customerId, idempotencyKey: 'K' }),
      reservationIdFor({ customerId: 'someone-else', idempotencyKey: 'k' }),
    ];
    expect(new Set(ids).size).toBe(3);
  });

  it('the id of a customer whose id contains colons never changes', () => {
    // Pinned, as above.
    expect(reservationIdFor({ customerId: 'auth0|shop:7', idempotencyKey: 'checkout-1' })).toBe(
      'd4c942f8-28ea-5019-a57d-585b50291f1e',
    );
  });

  it('two pairs of customer and key never yield the same id, whatever colons they contain', () => {
    // Few short parts, so that many pairs are equal once they are joined.
    const text = (...parts: string[]) =>
      fc
        .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 })
        .map((all) => all.join(''));
    const request = fc.record({
      customerId: text('a', ':', '|'),
      idempotencyKey: text('a', ':', '%3A', '%'),
    });
    const differentRequests = fc.uniqueArray(request, {
      minLength: 2,
      maxLength: 40,
      selector: (one) => JSON.stringify(one),
    });
    fc.assert(
      fc.property(differentRequests, (requests) => {
        for (const { customerId: id } of requests) expect(id).toMatch(CUSTOMER_ID_PATTERN);
        expect(new Set(requests.map(reservationIdFor)).size).toBe(requests.length);
      }),
    );
  });

  it('the key takes precedence over the request id, and without both a version 7 id is created', () => {
    const requestId = '01933b5c-0000-7000-8000-000000000002';
    const idempotencyKey = 'k';
    expect(reservationIdFor({ customerId, idempotencyKey, requestId })).toBe(
      reservationIdFor({ customerId, idempotencyKey }),
    );
    expect(reservationIdFor({ customerId, requestId })).toBe(requestId);
    const made = [reservationIdFor({ customerId }), reservationIdFor({ customerId })];
    expect(new Set(made).size).toBe(2);
    for (const id of made) expect(id[14]).toBe('7');
  });
});

describe('CUSTOMER_ID_PATTERN', () => {
  it.each([customerId, 'a', 'ann.smith@example.org', 'shop_7-b', 'auth0|5f:7', 'x'.repeat(128)])(
    'a customer id may be %s',
    (id) => {
      expect(CUSTOMER_ID_PATTERN.test(id)).toBe(true);
    },
  );

  it.each(['', 'x'.repeat(129), 'a b', 'a\n', 'ä', '$ne', 'a%3Ab'])(
    'a customer id %j is refused',
    (id) => {
      expect(CUSTOMER_ID_PATTERN.test(id)).toBe(false);
    },
  );
});
