import { DomainError } from '../errors';
import { toJsonPointer, toProblem } from './problem';

const request = { instance: 'urn:uuid:1', requestId: 'r-1' };

describe('problem details', () => {
  it('carry status, reason, request id, metadata and pointers to wrong fields', () => {
    const error = new DomainError({
      kind: 'precondition',
      reason: 'OUT_OF_STOCK',
      message: 'Sold out.',
      metadata: { productId: 'p-1', status: 'cannot overwrite' },
      fieldViolations: [{ field: 'items[0].quantity', description: 'too many' }],
    });

    expect(toProblem(error, request)).toMatchObject({
      status: 409,
      title: 'Conflict',
      detail: 'Sold out.',
      reason: 'OUT_OF_STOCK',
      requestId: 'r-1',
      productId: 'p-1',
      errors: [{ pointer: '/items/0/quantity', detail: 'too many' }],
    });
  });

  it('say nothing about an internal error', () => {
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
  ])('point from %s to %s', (field, pointer) => {
    expect(toJsonPointer(field)).toBe(pointer);
  });
});
