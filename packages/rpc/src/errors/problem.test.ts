import { limited } from './common-errors';
import { DomainError } from './domain-error';
import { toJsonPointer, toProblem, toProblemHeaders } from './problem';

const request = { instance: 'urn:uuid:1', requestId: 'r-1' };

describe('problem details', () => {
  it('a problem carries status, reason, request id, metadata and pointers to invalid fields', () => {
    const error = new DomainError({
      kind: 'precondition',
      reason: 'OUT_OF_STOCK',
      message: 'Sold out.',
      metadata: { productId: 'p-1', status: 'cannot overwrite' },
      fieldViolations: [{ field: 'items[0].quantity', description: 'too many' }],
    });

    expect(toProblem(error, request)).toMatchObject({
      status: 409,
      title: 'Out of stock',
      detail: 'Sold out.',
      reason: 'OUT_OF_STOCK',
      requestId: 'r-1',
      productId: 'p-1',
      errors: [{ pointer: '/items/0/quantity', detail: 'too many' }],
    });
  });

  it('a 429 names the exceeded limit and when to retry', () => {
    const error = limited({
      reason: 'LOGIN_LIMITED',
      message: 'Too many logins.',
      limit: 10,
      windowSeconds: 900,
      retryAfterSeconds: 59.2,
    });

    expect(toProblem(error, request).status).toBe(429);
    expect(toProblemHeaders(error)).toEqual({
      'retry-after': '60',
      'ratelimit-policy': '"login";q=10;w=900',
      ratelimit: '"login";r=0;t=60',
    });
  });

  it('a problem reveals nothing about an internal error', () => {
    const error = new DomainError({
      kind: 'internal',
      reason: 'DRIVER_BROKE',
      message: 'secret',
      metadata: { host: 'db-1' },
    });

    const problem = toProblem(error, request);

    expect(JSON.stringify(problem)).not.toMatch(/secret|db-1|DRIVER/);
    expect(problem.status).toBe(500);
  });

  it.each([
    ['', ''],
    ['name', '/name'],
    ['lines[12].quantity', '/lines/12/quantity'],
    ['/query/a.b[0]', '/query/a.b[0]'],
  ])('the JSON pointer of field "%s" is "%s"', (field, pointer) => {
    expect(toJsonPointer(field)).toBe(pointer);
  });

  it('the problem type links to the error reference, absolutely if its URL is known', () => {
    const error = new DomainError({ kind: 'conflict', reason: 'OUT_OF_STOCK', message: '' });
    const errorDocsUrl = 'https://shop.example/errors';
    expect(toProblem(error, request).type).toBe('/errors#out-of-stock');
    expect(toProblem(error, { ...request, errorDocsUrl }).type).toBe(
      'https://shop.example/errors#out-of-stock',
    );
  });

  it.each([
    ['unauthenticated', 'TOKEN_MISSING', { 'www-authenticate': 'Bearer realm="flashreserve"' }],
    [
      'unauthenticated',
      'TOKEN_EXPIRED',
      {
        'www-authenticate':
          'Bearer realm="flashreserve", error="invalid_token", error_description="Over."',
      },
    ],
    [
      'unauthenticated',
      'API_KEY_INVALID',
      {
        'www-authenticate':
          'Bearer realm="flashreserve", error="invalid_token", error_description="Over."',
      },
    ],
    ['unavailable', 'STORE_UNAVAILABLE', { 'retry-after': '1' }],
    ['exhausted', 'TOO_MANY', { 'retry-after': '1' }],
    ['invalid', 'INVALID_REQUEST', {}],
  ] as const)(
    'an error of kind %s (%s) has the headers required by HTTP',
    (kind, reason, headers) => {
      const error = new DomainError({ kind, reason, message: 'Over.' });
      expect(toProblemHeaders(error)).toEqual(headers);
    },
  );
});
