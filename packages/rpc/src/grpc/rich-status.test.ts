import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { DomainError } from '../errors/domain-error';
import { fromServiceError, toGrpcFailure } from './rich-status';

const overTheWire = (error: DomainError, domain: string): ServiceError =>
  Object.assign(new Error('rpc failed'), toGrpcFailure(error, domain));

describe('errors over gRPC', () => {
  it('an error arrives with reason, domain, metadata and field violations', () => {
    const sent = new DomainError({
      kind: 'invalid',
      reason: 'INVALID_REQUEST',
      message: 'Bad.',
      metadata: { productId: 'p-1' },
      fieldViolations: [{ field: 'lines[0].quantity', description: 'must be at least 1' }],
    });

    const received = fromServiceError(overTheWire(sent, 'catalog.flashreserve'));

    expect(received).toMatchObject({
      kind: 'invalid',
      reason: 'INVALID_REQUEST',
      message: 'Bad.',
      domain: 'catalog.flashreserve',
      metadata: { productId: 'p-1' },
      fieldViolations: [{ field: 'lines[0].quantity', description: 'must be at least 1' }],
    });
  });

  it('a passed-on error keeps its domain and is not retried at a second layer', () => {
    const passedOn = new DomainError({
      kind: 'unavailable',
      reason: 'STORE_UNAVAILABLE',
      message: 'Away.',
      domain: 'catalog.flashreserve',
    });

    const failure = toGrpcFailure(passedOn, 'reservation.flashreserve');

    expect(failure.metadata.get('grpc-retry-pushback-ms')).toEqual(['-1']);
    expect(fromServiceError(Object.assign(new Error(), failure)).domain).toBe(
      'catalog.flashreserve',
    );
    expect(
      toGrpcFailure(passedOn, 'catalog.flashreserve').metadata.get('grpc-retry-pushback-ms'),
    ).toEqual([]);
  });

  it('an error caused by another service is not retried at a second layer', () => {
    const cause = new DomainError({ kind: 'unavailable', reason: 'UNAVAILABLE', message: 'Away.' });
    const standIn = new DomainError({
      kind: 'unavailable',
      reason: 'CATALOG_UNAVAILABLE',
      message: 'Away.',
      cause,
    });

    const failure = toGrpcFailure(standIn, 'reservation.flashreserve');

    expect(failure.metadata.get('grpc-retry-pushback-ms')).toEqual(['-1']);
  });

  it('an error with corrupted details is still read by its status', () => {
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0xff]));
    const damaged = Object.assign(new Error(), { code: status.UNAVAILABLE, details: '', metadata });

    expect(fromServiceError(damaged)).toMatchObject({ kind: 'unavailable' });
  });

  it.each([
    [status.UNAVAILABLE, 'unavailable', 'UNAVAILABLE'],
    [status.INTERNAL, 'unavailable', 'UNAVAILABLE'],
    [status.UNKNOWN, 'unavailable', 'UNAVAILABLE'],
    [status.DEADLINE_EXCEEDED, 'deadline', 'DEADLINE_EXCEEDED'],
    [status.CANCELLED, 'cancelled', 'CANCELLED'],
  ])(
    'an error without details, as after a broken connection, is a transport error: status %d',
    (code, kind, reason) => {
      const broken = Object.assign(new Error(), {
        code,
        details: 'Lost.',
        metadata: new Metadata(),
      });

      expect(fromServiceError(broken)).toMatchObject({ kind, reason, domain: undefined });
    },
  );
});
