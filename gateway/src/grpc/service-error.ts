import { DomainError, deadlineExceeded, overloaded, unavailable } from '@flashreserve/rpc';

/** A service behind the gateway, as named in errors. */
export type ServiceName = 'auth' | 'catalog' | 'reservation';

const UNAVAILABLE_REASONS = {
  auth: 'AUTH_UNAVAILABLE',
  catalog: 'CATALOG_UNAVAILABLE',
  reservation: 'RESERVATION_UNAVAILABLE',
} as const satisfies Record<ServiceName, string>;

export const serviceUnavailable = (service: ServiceName, cause: unknown): DomainError =>
  unavailable(
    UNAVAILABLE_REASONS[service],
    `The ${service} service does not answer. Try again shortly.`,
    { cause },
  );

/** For the log only: the client has disconnected. */
const clientGone = (cause: unknown): DomainError =>
  new DomainError({
    kind: 'cancelled',
    reason: 'CLIENT_CLOSED_REQUEST',
    message: 'The client closed the request.',
    cause,
  });

/**
 * Replaces connection errors (which have no domain), because gRPC's messages contain internal
 * addresses. Errors of the service itself pass through unchanged.
 */
export const explainServiceError = (service: ServiceName, error: unknown): unknown => {
  if (!(error instanceof DomainError) || error.domain !== undefined) return error;
  switch (error.kind) {
    case 'unavailable':
      return serviceUnavailable(service, error);
    case 'deadline':
      return deadlineExceeded();
    case 'exhausted':
      return overloaded();
    case 'cancelled':
      return clientGone(error);
    default:
      return new Error(`The ${service} service failed for an unknown reason.`, { cause: error });
  }
};

/** Awaits a service call; rejects as described at `explainServiceError`. */
export const answerOf = async <Response>(
  service: ServiceName,
  call: Promise<Response>,
): Promise<Response> => {
  try {
    return await call;
  } catch (error) {
    throw explainServiceError(service, error);
  }
};

/** Errors about the gateway's own credentials, which are never the caller's fault. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden']);

/** As `answerOf`, for calls with the gateway's own token. */
export const answerToGateway = async <Response>(
  service: ServiceName,
  call: Promise<Response>,
): Promise<Response> => {
  try {
    return await answerOf(service, call);
  } catch (error) {
    throw error instanceof DomainError && OWN_FAULTS.has(error.kind)
      ? serviceUnavailable(service, error)
      : error;
  }
};

/** @throws Error if the response lacks a part that the contract promises */
export const promised = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw new Error(`A service response lacks its ${what}.`);
  return value;
};
