import { DomainError } from '@flashreserve/rpc';

export const routeNotFound = (): DomainError =>
  new DomainError({
    kind: 'not-found',
    reason: 'ROUTE_NOT_FOUND',
    message: 'There is no such route.',
  });

export const queueUnavailable = (): DomainError =>
  new DomainError({
    kind: 'unavailable',
    reason: 'QUEUE_UNAVAILABLE',
    message:
      'Redis does not answer, so the queue cannot be shown. The sweep still expires reservations.',
  });

export const hostNotAllowed = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'HOST_NOT_ALLOWED',
    message: 'The worker does not serve this host name.',
  });

export const crossSiteRequest = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'CROSS_SITE_REQUEST',
    message: 'Browsers must use the dashboard through the gateway.',
  });

export const dashboardReadOnly = (): DomainError =>
  new DomainError({
    kind: 'forbidden',
    reason: 'DASHBOARD_READ_ONLY',
    message: 'The dashboard is read-only; DASHBOARD_MAY_CHANGE_QUEUE=true allows changes.',
  });

export const notReady = (): DomainError =>
  new DomainError({
    kind: 'unavailable',
    reason: 'NOT_READY',
    message: 'A dependency does not answer, or this instance is stopping.',
  });

export const malformedRequest = (): DomainError =>
  new DomainError({
    kind: 'invalid',
    reason: 'INVALID_REQUEST',
    message: 'The request is malformed.',
  });

export const internalError = (): DomainError =>
  new DomainError({ kind: 'internal', reason: 'INTERNAL', message: 'Internal error.' });
