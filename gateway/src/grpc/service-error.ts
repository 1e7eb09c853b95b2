import { DomainError, deadlineExceeded, overloaded, unavailable } from '@flashreserve/rpc';

/** A service behind the gateway, as errors name it. */
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

/** The client has gone, so nobody reads this; it only keeps the log right. */
const clientGone = (cause: unknown): DomainError =>
  new DomainError({
    kind: 'cancelled',
    reason: 'CLIENT_CLOSED_REQUEST',
    message: 'The client closed the request.',
    cause,
  });

/**
 * Gives a failure of the connection (it has no domain) words of our own, because gRPC's name internal
 * addresses. What a service itself answered passes through unchanged.
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
      return new Error(`The ${service} service failed without saying why.`, { cause: error });
  }
};

/** Awaits an answer of a service. Rejections are as `explainServiceError` describes them. */
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

/** Nothing that a service says about the gateway's own credentials is the caller's fault. */
const OWN_FAULTS: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden']);

/** As `answerOf`, for calls that the gateway makes in its own name. */
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

/** @throws Error when a service left out what its contract promises */
export const promised = <Value>(value: Value | undefined, what: string): Value => {
  if (value === undefined) throw new Error(`A service answered without its ${what}.`);
  return value;
};
