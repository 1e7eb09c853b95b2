import { DomainError, toProblem } from '@flashreserve/rpc';
import { prepareProblem } from './prepare-problem';

const error = new DomainError({
  kind: 'precondition',
  reason: 'OUT_OF_STOCK',
  message: 'Only "instance":"" units, or "requestId":"".',
  metadata: { productId: 'p', requestedUnits: '2', note: '"requestId":""' },
});

describe('a prepared problem', () => {
  it.each([
    ['an id of the gateway', '0198c0de-0000-7000-8000-000000000001'],
    ['an id with quotes', 'a"b\\c'],
    ['an id that a URN cannot contain', 'order/7?x=%20'],
  ])('has the same content as one that is made for the request: %s', (_name, requestId) => {
    const { status, contentFor } = prepareProblem(error, 'https://shop.example/errors');

    const instance = `urn:flashreserve:request:${encodeURIComponent(requestId)}`;
    const errorDocsUrl = 'https://shop.example/errors';
    const expected = toProblem(error, {
      instance,
      requestId,
      errorDocsUrl,
      numbers: new Set(['requestedUnits']),
    });
    expect(status).toBe(409);
    expect(contentFor(requestId)).toBe(JSON.stringify(expected));
  });
});
