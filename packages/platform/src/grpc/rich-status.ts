import { BadRequest, ErrorInfo } from '@flashreserve/contracts/google-rpc/error-details';
import { Status } from '@flashreserve/contracts/google-rpc/status';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { DomainError } from '../errors';
import { toKind, toStatus } from './status-mapping';

const DETAILS_KEY = 'grpc-status-details-bin';
const ERROR_INFO_URL = 'type.googleapis.com/google.rpc.ErrorInfo';
const BAD_REQUEST_URL = 'type.googleapis.com/google.rpc.BadRequest';
/** Tells a client's retry policy to stop. Honoured by grpc-js and all official clients. */
const RETRY_PUSHBACK_KEY = 'grpc-retry-pushback-ms';

/** What a handler's callback takes. */
export interface GrpcFailure {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * Makes the wire form of an error: status, message, and `google.rpc.Status` with ErrorInfo (always) and
 * BadRequest (for field errors), the model of AIP-193. An error that passes through from another service was
 * retried there already, so the caller is told not to retry it once more.
 */
export const toGrpcFailure = (error: DomainError, ownDomain: string): GrpcFailure => {
  const code = toStatus(error.kind);
  const details = [
    {
      typeUrl: ERROR_INFO_URL,
      value: ErrorInfo.encode({
        reason: error.reason,
        domain: error.domain ?? ownDomain,
        metadata: { ...error.metadata },
      }).finish(),
    },
  ];
  if (error.fieldViolations.length > 0) {
    details.push({
      typeUrl: BAD_REQUEST_URL,
      value: BadRequest.encode({ fieldViolations: [...error.fieldViolations] }).finish(),
    });
  }
  const metadata = new Metadata();
  const status = Status.encode({
    code,
    message: error.message,
    details: details.map(({ typeUrl, value }) => ({ typeUrl, value: Buffer.from(value) })),
  }).finish();
  metadata.set(DETAILS_KEY, Buffer.from(status));
  if (error.domain !== undefined && error.domain !== ownDomain)
    metadata.set(RETRY_PUSHBACK_KEY, '-1');
  return { code, details: error.message, metadata };
};

/**
 * Reads the wire form back. A failure without details (a connection that broke, a deadline) gets the
 * status's name as its reason and no domain.
 */
export const fromServiceError = (error: ServiceError): DomainError => {
  const kind = toKind(error.code);
  const plain = { kind, message: error.details, cause: error };
  const packed = error.metadata?.get(DETAILS_KEY)[0];
  if (!Buffer.isBuffer(packed)) {
    return new DomainError({ ...plain, reason: kind.toUpperCase().replaceAll('-', '_') });
  }
  const { details } = Status.decode(packed);
  const find = (typeUrl: string) => details.find((detail) => detail.typeUrl === typeUrl)?.value;
  const info = find(ERROR_INFO_URL);
  const badRequest = find(BAD_REQUEST_URL);
  const { reason, domain, metadata } =
    info === undefined ? { reason: 'UNKNOWN', domain: '', metadata: {} } : ErrorInfo.decode(info);
  return new DomainError({
    ...plain,
    reason,
    domain,
    metadata,
    fieldViolations: badRequest === undefined ? [] : BadRequest.decode(badRequest).fieldViolations,
  });
};
