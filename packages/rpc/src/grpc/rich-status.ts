import { BadRequest, ErrorInfo } from '@flashreserve/contracts/google-rpc/error-details';
import { Status } from '@flashreserve/contracts/google-rpc/status';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { DomainError, type DomainErrorKind } from '../errors/domain-error';
import { toKind, toStatus } from './status-mapping';

const DETAILS_KEY = 'grpc-status-details-bin';
const ERROR_INFO_URL = 'type.googleapis.com/google.rpc.ErrorInfo';
const BAD_REQUEST_URL = 'type.googleapis.com/google.rpc.BadRequest';
/** Tells a client's retry policy to stop. Honoured by grpc-js and all official clients. */
const RETRY_PUSHBACK_KEY = 'grpc-retry-pushback-ms';

/** Error argument of a handler's callback. */
export interface GrpcFailure {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Builds an error's status message: ErrorInfo always, BadRequest for field errors (AIP-193). */
export const toStatusMessage = (error: DomainError, ownDomain: string): Status => {
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
  return {
    code: toStatus(error.kind),
    message: error.message,
    details: details.map(({ typeUrl, value }) => ({ typeUrl, value: Buffer.from(value) })),
  };
};

/**
 * Builds the wire form of a failed call: status, message, and `google.rpc.Status` as metadata. An
 * error passed on from, or caused by, another service was already retried on the way here, so the
 * metadata disables the caller's retries (`grpc-retry-pushback-ms: -1`).
 */
export const toGrpcFailure = (error: DomainError, ownDomain: string): GrpcFailure => {
  const status = toStatusMessage(error, ownDomain);
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(Status.encode(status).finish()));
  const passedThrough = error.domain !== undefined && error.domain !== ownDomain;
  if (passedThrough || error.cause instanceof DomainError) metadata.set(RETRY_PUSHBACK_KEY, '-1');
  return { code: status.code, details: error.message, metadata };
};

/** Reasons of transport failures, which carry no details. */
const TRANSPORT_REASONS: Partial<Record<DomainErrorKind, string>> = {
  cancelled: 'CANCELLED',
  deadline: 'DEADLINE_EXCEEDED',
  exhausted: 'OVERLOADED',
};

/**
 * A failure without details never reached one of our handlers, or its reply was lost: a broken
 * connection, a reset stream, an expired deadline. Codes without their own reason count as
 * unavailable.
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

/** Reads the wire form. Failures without details become transport errors. */
export const fromServiceError = (error: ServiceError): DomainError => {
  const packed = error.metadata?.get(DETAILS_KEY)[0];
  if (!Buffer.isBuffer(packed)) return fromTransport(error);
  try {
    // If the two differ, the call's own status takes precedence.
    const { details } = Status.decode(packed);
    return fromStatusMessage({ code: error.code, message: error.details, details }, error);
  } catch {
    // The details are corrupted; the status is still valid.
    return fromTransport(error);
  }
};

/** Converts a status message to the error that it describes. */
export const fromStatusMessage = (
  { code, message, details }: Status,
  cause?: ServiceError,
): DomainError => {
  const find = (typeUrl: string) => details.find((detail) => detail.typeUrl === typeUrl)?.value;
  const info = find(ERROR_INFO_URL);
  const badRequest = find(BAD_REQUEST_URL);
  const { reason, domain, metadata } =
    info === undefined ? { reason: 'UNKNOWN', domain: '', metadata: {} } : ErrorInfo.decode(info);
  return new DomainError({
    kind: toKind(code),
    message,
    cause,
    reason,
    domain,
    metadata,
    fieldViolations: badRequest === undefined ? [] : BadRequest.decode(badRequest).fieldViolations,
  });
};
