import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';
import { answerOf, explainServiceError, promised } from './service-error';

const failure = (kind: DomainErrorKind, domain?: string): DomainError =>
  new DomainError({
    kind,
    reason: 'UNAVAILABLE',
    message: 'No connection established. Last error: connect ECONNREFUSED 10.0.0.7:50052',
    ...(domain !== undefined && { domain }),
  });

describe('connection errors', () => {
  it.each<[DomainErrorKind, string]>([
    ['unavailable', 'CATALOG_UNAVAILABLE'],
    ['deadline', 'DEADLINE_EXCEEDED'],
    ['cancelled', 'CLIENT_CLOSED_REQUEST'],
  ])('a connection error of kind %s becomes %s, without the address', (kind, reason) => {
    const error = explainServiceError('catalog', failure(kind));
    expect(error).toMatchObject({ kind, reason });
    expect((error as Error).message).not.toContain('10.0.0.7');
  });

  it('RESOURCE_EXHAUSTED from the connection becomes OVERLOADED', () => {
    expect(explainServiceError('catalog', failure('exhausted'))).toMatchObject({
      kind: 'exhausted',
      reason: 'OVERLOADED',
    });
  });

  it('a connection error of any other kind is unexpected', () => {
    const error = explainServiceError('catalog', failure('conflict'));
    expect(error).not.toBeInstanceOf(DomainError);
  });

  it('errors of the service itself pass through unchanged', async () => {
    const answered = failure('unavailable', 'catalog.flashreserve');
    await expect(answerOf('catalog', Promise.reject(answered))).rejects.toBe(answered);
  });
});

describe('responses of services', () => {
  it('a response without a promised part is an unexpected error', () => {
    expect(() => promised(undefined, 'product')).toThrow('lacks its product');
    expect(promised(0, 'count')).toBe(0);
  });
});
