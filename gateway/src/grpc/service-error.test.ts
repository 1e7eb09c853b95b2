import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';
import { answerOf, explainServiceError, promised } from './service-error';

const failure = (kind: DomainErrorKind, domain?: string): DomainError =>
  new DomainError({
    kind,
    reason: 'UNAVAILABLE',
    message: 'No connection established. Last error: connect ECONNREFUSED 10.0.0.7:50052',
    ...(domain !== undefined && { domain }),
  });

describe('errors of a connection to a service', () => {
  it.each<[DomainErrorKind, string]>([
    ['unavailable', 'CATALOG_UNAVAILABLE'],
    ['deadline', 'DEADLINE_EXCEEDED'],
    ['cancelled', 'CLIENT_CLOSED_REQUEST'],
  ])('of kind %s become %s without the address', (kind, reason) => {
    const error = explainServiceError('catalog', failure(kind));
    expect(error).toMatchObject({ kind, reason });
    expect((error as Error).message).not.toContain('10.0.0.7');
  });

  it('that say "too much" are passed on as a busy server, which 503 and Retry-After tell', () => {
    expect(explainServiceError('catalog', failure('exhausted'))).toMatchObject({
      kind: 'exhausted',
      reason: 'OVERLOADED',
    });
  });

  it('of any other kind are unexpected', () => {
    const error = explainServiceError('catalog', failure('conflict'));
    expect(error).not.toBeInstanceOf(DomainError);
  });

  it('leave what a service itself answered alone', async () => {
    const answered = failure('unavailable', 'catalog.flashreserve');
    await expect(answerOf('catalog', Promise.reject(answered))).rejects.toBe(answered);
  });
});

describe('an answer without what its contract promises', () => {
  it('is unexpected', () => {
    expect(() => promised(undefined, 'product')).toThrow('without its product');
    expect(promised(0, 'count')).toBe(0);
  });
});
