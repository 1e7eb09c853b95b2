import { DomainError, overloaded } from '@flashreserve/rpc';

export const emailTaken = (): DomainError =>
  new DomainError({
    kind: 'already-exists',
    reason: 'EMAIL_TAKEN',
    message: 'A user with this e-mail address already exists.',
  });

/** The same error for unknown names and wrong secrets, so that guessing reveals nothing. */
export const invalidCredentials = (): DomainError =>
  new DomainError({
    kind: 'unauthenticated',
    reason: 'INVALID_CREDENTIALS',
    message: 'The credentials are not valid.',
  });

/** Not "unauthenticated": the caller's token is valid, and clients would try to refresh it. */
export const wrongPassword = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'WRONG_PASSWORD',
    message: 'The current password is wrong.',
  });

export const invalidRefreshToken = (): DomainError =>
  new DomainError({
    kind: 'unauthenticated',
    reason: 'INVALID_REFRESH_TOKEN',
    message: 'The refresh token is not valid. Log in again.',
  });

export const refreshTokenReused = (): DomainError =>
  new DomainError({
    kind: 'unauthenticated',
    reason: 'REFRESH_TOKEN_REUSED',
    message: 'The refresh token was already used, so its session has ended. Log in again.',
  });

export const userNotFound = (): DomainError =>
  new DomainError({
    kind: 'not-found',
    reason: 'USER_NOT_FOUND',
    message: 'There is no such user.',
  });

export const lastAdmin = (): DomainError =>
  new DomainError({
    kind: 'precondition',
    reason: 'LAST_ADMIN',
    message: 'The last administrator cannot be demoted.',
  });

/** The password queue is full; nothing was changed. */
export const authBusy = (): DomainError => overloaded('AUTH_BUSY');

/** The caller aborted before its work started; nothing was changed. */
export const callerGone = (): DomainError =>
  new DomainError({
    kind: 'cancelled',
    reason: 'CANCELLED',
    message: 'The caller cancelled the request.',
  });
