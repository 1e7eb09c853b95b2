import { DomainError, overloaded } from '@flashreserve/rpc';

export const emailTaken = (): DomainError =>
  new DomainError({
    kind: 'already-exists',
    reason: 'EMAIL_TAKEN',
    message: 'A user with this e-mail address exists already.',
  });

/** One answer for unknown names and wrong secrets, so that guessing teaches nothing. */
export const invalidCredentials = (): DomainError =>
  new DomainError({
    kind: 'unauthenticated',
    reason: 'INVALID_CREDENTIALS',
    message: 'The credentials are not valid.',
  });

/** Not "unauthenticated": the caller's token is good, and clients would try to renew it. */
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
    message: 'The refresh token was used before, so its session was ended. Log in again.',
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

/** Too many passwords wait to be hashed; nothing was done. */
export const authBusy = (): DomainError => overloaded('AUTH_BUSY');

/** The caller went away before its turn; nothing was done. */
export const callerGone = (): DomainError =>
  new DomainError({
    kind: 'cancelled',
    reason: 'CANCELLED',
    message: 'The caller has gone.',
  });
