import { DomainError, type DomainErrorOptions, invalidRequest } from '@flashreserve/rpc';
import { BOUNDS } from '../limits/bounds';

export const routeNotFound = (): DomainError =>
  new DomainError({
    kind: 'not-found',
    reason: 'ROUTE_NOT_FOUND',
    message: 'There is no such route.',
  });

export const methodNotAllowed = (method: string): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'METHOD_NOT_ALLOWED',
    message: `This route does not support ${method}.`,
  });

export const bodyTooLarge = (): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'BODY_TOO_LARGE',
    message: `The body is larger than ${BOUNDS.bodyBytesMax} bytes.`,
  });

export const unsupportedMediaType = (): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'UNSUPPORTED_MEDIA_TYPE',
    message: 'The body must be application/json in UTF-8.',
  });

/** The body as a whole is unreadable; the empty pointer refers to all of it. */
export const unreadableBody = (description: string): DomainError =>
  invalidRequest([{ field: '', description }]);

/** Also for a revoked key: the response does not reveal whether a key ever existed. */
export const apiKeyInvalid = (): DomainError =>
  new DomainError({
    kind: 'unauthenticated',
    reason: 'API_KEY_INVALID',
    message: 'The API key is wrong or revoked.',
  });

export const crossSiteRequest = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'CROSS_SITE_REQUEST',
    message: 'Requests from pages of other sites are not allowed.',
  });

export const hostNotAllowed = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'HOST_NOT_ALLOWED',
    message: 'This host name is not allowed; set PUBLIC_URL to the public address of the gateway.',
  });

export const workerUnavailable = (cause: unknown): DomainError =>
  new DomainError({
    kind: 'unavailable',
    reason: 'WORKER_UNAVAILABLE',
    message: 'The expiry worker does not answer. Try again shortly.',
    cause,
  });

/** An error whose problem document has additional members. */
export class ExtendedError extends DomainError {
  readonly members: Readonly<Record<string, unknown>>;

  constructor(options: DomainErrorOptions, members: Readonly<Record<string, unknown>>) {
    super(options);
    this.members = members;
  }
}

export const notReady = (
  dependencies: Readonly<Record<string, string>>,
  reasons: Readonly<Record<string, string>> = {},
): DomainError =>
  new ExtendedError(
    {
      kind: 'unavailable',
      reason: 'NOT_READY',
      message: 'The gateway cannot serve requests now.',
    },
    { dependencies, reasons },
  );
