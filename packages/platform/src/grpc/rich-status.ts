import { BadRequest, ErrorInfo } from '@flashreserve/contracts/google-rpc/error-details';
import { Status } from '@flashreserve/contracts/google-rpc/status';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { DomainError, type DomainErrorKind } from '../errors';
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
 * BadRequest (for field errors), the model of AIP-193. An error that passes through from another service, or
 * that stands for one, was retried on the way here already, so the caller is told not to retry it once more.
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
  const passedThrough = error.domain !== undefined && error.domain !== ownDomain;
  if (passedThrough || error.cause instanceof DomainError) metadata.set(RETRY_PUSHBACK_KEY, '-1');
  return { code, details: error.message, metadata };
};

/** Reasons of failures that happened on the way and therefore carry no details. */
const TRANSPORT_REASONS: Partial<Record<DomainErrorKind, string>> = {
  cancelled: 'CANCELLED',
  deadline: 'DEADLINE_EXCEEDED',
  exhausted: 'OVERLOADED',
};

/**
 * A failure without details never reached a handler of ours, or its answer never came back: a broken
 * connection, a reset stream, a passed deadline. Except for the last, the peer counts as unavailable.
 */
const fromTransport = (error: ServiceError): DomainError => {
  const kind = toKind(error.code);
  const reason = TRANSPORT_REASONS[kind];
  return reason === undefined
    ? new DomainError({
        kind: 'unavailable',
        reason: 'UNAVAILABLE',
        message: error.details,
        cause: error,
      })
    : new DomainError({ kind, reason, message: error.details, cause: error });
};

/** Reads the wire form back. Whatever a broken connection leaves behind becomes an error of its own. */
export const fromServiceError = (error: ServiceError): DomainError => {
  const packed = error.metadata?.get(DETAILS_KEY)[0];
  if (!Buffer.isBuffer(packed)) return fromTransport(error);
  try {
    return fromDetails(error, packed);
  } catch {
    // Something on the way has damaged the details; what the status says still holds.
    return fromTransport(error);
  }
};

const fromDetails = (error: ServiceError, packed: Buffer): DomainError => {
  const plain = { kind: toKind(error.code), message: error.details, cause: error };
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
