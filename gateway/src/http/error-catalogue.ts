import { DomainError, type DomainErrorKind, toHttpStatus } from '@flashreserve/rpc';

/** Documentation of an error reason for clients. */
export interface ErrorExplanation {
  readonly kind: DomainErrorKind;
  /** Example of `detail`. */
  readonly example: string;
  readonly meaning: string;
  /** What the client should do. */
  readonly remedy: string;
}

const REPEAT_SAFELY =
  'Repeat the same request after `Retry-After`, with the same Idempotency-Key where the route takes one: whether a write was applied is not known.';

/**
 * All reasons that the REST interface can return, whichever component defines them. The OpenAPI
 * document and the page `/errors` are generated from it, and routes can declare only these reasons.
 */
export const ERROR_CATALOGUE = {
  INVALID_REQUEST: {
    kind: 'invalid',
    example: 'The request is invalid: /quantity: must be a whole number from 1 to 100',
    meaning:
      'The request breaks the schema. `errors` names every wrong field: a JSON pointer into the body (`/items/0/quantity`), or `/query/<name>`, `/path/<name>`, `/headers/<name>`; the empty pointer is the whole body.',
    remedy: 'Correct the named fields.',
  },
  INVALID_PAGE_TOKEN: {
    kind: 'invalid',
    example: 'The page token is not valid for this list.',
    meaning: 'The page token was not made by this list, or was made with another filter.',
    remedy: 'Start again at the first page, and keep the filter while paging.',
  },
  TOKEN_MISSING: {
    kind: 'unauthenticated',
    example: 'An access token is required.',
    meaning: 'The route wants `Authorization: Bearer <accessToken>`.',
    remedy: 'Log in and send the access token.',
  },
  TOKEN_INVALID: {
    kind: 'unauthenticated',
    example: 'The access token is not valid.',
    meaning: 'The `Authorization` header is not a token of this system, or was changed.',
    remedy: 'Log in again.',
  },
  TOKEN_EXPIRED: {
    kind: 'unauthenticated',
    example: 'The access token has expired.',
    meaning: 'The access token was good, but its time is over.',
    remedy: 'Get new tokens with the refresh token.',
  },
  TOKEN_REVOKED: {
    kind: 'unauthenticated',
    example: 'The session of the access token has ended. Log in again.',
    meaning:
      'The access token is not over yet, but its session is: by log-out, by a change of the role or the password, or because a refresh token was used twice.',
    remedy: 'Log in again.',
  },
  INVALID_CREDENTIALS: {
    kind: 'unauthenticated',
    example: 'The e-mail address or the password is wrong.',
    meaning:
      'No user has this e-mail address and password. Unknown address and wrong password are not told apart.',
    remedy: 'Ask the user again.',
  },
  INVALID_REFRESH_TOKEN: {
    kind: 'unauthenticated',
    example: 'The refresh token is not valid.',
    meaning: 'The refresh token is unknown, expired, or its session has ended.',
    remedy: 'Log in again.',
  },
  REFRESH_TOKEN_REUSED: {
    kind: 'unauthenticated',
    example: 'The refresh token has been used before; the session has ended.',
    meaning:
      'A refresh token was shown again later than the grace time allows (`REFRESH_GRACE_SECONDS`, usually 10). One of its two holders must be a thief, so the whole session family has ended.',
    remedy: 'Log in again. Keep only the newest refresh token.',
  },
  ADMIN_REQUIRED: {
    kind: 'forbidden',
    example: 'Only an administrator may do this.',
    meaning: 'The caller is known but is no administrator.',
    remedy: 'Use an administrator’s account.',
  },
  PERMISSION_DENIED: {
    kind: 'forbidden',
    example: 'Only a user may do this.',
    meaning: 'The caller is known but may not do this, for example a service on a route for users.',
    remedy: 'Use a user’s token; services call gRPC.',
  },
  WRONG_PASSWORD: {
    kind: 'forbidden',
    example: 'The current password is wrong.',
    meaning:
      'The access token is good, but `currentPassword` is not the password of its user. Nothing was changed. After a lost answer a repeat gets this too, because the password was changed.',
    remedy: 'Ask the user again; after a lost answer try to log in with the new password.',
  },
  CROSS_SITE_REQUEST: {
    kind: 'forbidden',
    example: 'A page of another site may not do this.',
    meaning: 'A browser sent the request from a page of another site.',
    remedy: 'Use the pages under `/admin` directly.',
  },
  ROUTE_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such route.',
    meaning: 'The path does not exist.',
    remedy: 'Look the route up in `/api-docs`.',
  },
  USER_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such user.',
    meaning: 'No user has this id.',
    remedy: 'Check the id.',
  },
  PRODUCT_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such product.',
    meaning: 'No product has this id; `productId` names it.',
    remedy: 'Check the id.',
  },
  RESERVATION_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such reservation.',
    meaning:
      'No reservation of this customer has this id. Other customers’ reservations look the same.',
    remedy: 'Check the id and the account.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'invalid',
    example: 'This route does not take DELETE.',
    meaning: 'The path exists, but not with this method. The `Allow` header lists the methods.',
    remedy: 'Use one of the listed methods.',
  },
  EMAIL_TAKEN: {
    kind: 'already-exists',
    example: 'The e-mail address is taken.',
    meaning: 'A user with this e-mail address exists.',
    remedy: 'Log in, or use another address.',
  },
  LAST_ADMIN: {
    kind: 'precondition',
    example: 'The last administrator cannot be demoted.',
    meaning: 'Nobody would be left to administer.',
    remedy: 'Make another user an administrator first.',
  },
  REQUEST_ID_REUSED: {
    kind: 'conflict',
    example: 'The request id was used before with other content.',
    meaning: 'The same Idempotency-Key was sent to this route before, with another body.',
    remedy: 'Use a new key for a new request.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'conflict',
    example: 'The idempotency key was used before with other lines.',
    meaning: 'The same Idempotency-Key made a reservation of other products or quantities.',
    remedy: 'Use a new key for a new reservation.',
  },
  INSUFFICIENT_STOCK: {
    kind: 'precondition',
    example: 'The available stock would fall below zero.',
    meaning: 'The adjustment would take away units that are held, sold, or not there.',
    remedy: 'Read the product and take away at most its `stockQuantity`.',
  },
  STOCK_LIMIT_EXCEEDED: {
    kind: 'precondition',
    example: 'A product can have at most 1,000,000,000 units.',
    meaning: 'The adjustment would give the product more units than one can have.',
    remedy: 'Add less.',
  },
  OUT_OF_STOCK: {
    kind: 'precondition',
    example: 'Not enough units are available.',
    meaning:
      'Fewer units are available than wanted; `productId` and `requestedUnits` say of what. Nothing was taken, of any line.',
    remedy:
      'Ask for less, or try again later: units come back when reservations are cancelled or expire.',
  },
  RESERVATION_EXPIRED: {
    kind: 'precondition',
    example: 'The reservation has expired.',
    meaning:
      'The reservation was not confirmed in time. Its units go back on sale. Also the answer to a repeat of a key more than five seconds after a try that got no definite answer, when its units were given back.',
    remedy: 'Reserve again with a new Idempotency-Key.',
  },
  RESERVATION_CONFIRMED: {
    kind: 'precondition',
    example: 'The reservation is confirmed.',
    meaning: 'A confirmed reservation cannot be cancelled.',
    remedy: 'None: the units are sold.',
  },
  RESERVATION_CANCELLED: {
    kind: 'precondition',
    example: 'The reservation is cancelled.',
    meaning: 'A cancelled reservation cannot be confirmed.',
    remedy: 'Reserve again with a new Idempotency-Key.',
  },
  BODY_TOO_LARGE: {
    kind: 'invalid',
    example: 'The body is larger than 65536 bytes.',
    meaning: 'The body (unpacked, if it was compressed) is larger than 64 KiB.',
    remedy: 'Send less.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    kind: 'invalid',
    example: 'The body must be application/json in UTF-8.',
    meaning:
      'The body is not declared as `application/json` in UTF-8, or is packed in an unknown way.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  HEADERS_TOO_LARGE: {
    kind: 'invalid',
    example: 'Target and headers are larger than 16384 bytes, or there are more than 256 headers.',
    meaning:
      'Path, query and headers together are larger than 16 KiB, or there are more than 256 headers.',
    remedy: 'Send less.',
  },
  REQUEST_TIMEOUT: {
    kind: 'invalid',
    example: 'The request was not sent in time.',
    meaning:
      'The headers did not arrive within 10 seconds, or the whole request within 15, or within the time limit of its route where that is shorter. The connection is closed.',
    remedy:
      'Repeat on a better connection, with the same Idempotency-Key where the route takes one.',
  },
  LOGIN_LIMITED: {
    kind: 'exhausted',
    example: 'Too many logins have failed. Try again later.',
    meaning:
      'Too many logins to this account, from this address, or of all clients have failed. The password was not looked at. Unknown accounts are limited in the same way.',
    remedy:
      'Wait for `Retry-After`. A forgotten password does not come back by guessing; further tries do not lengthen the wait.',
  },
  REGISTRATION_LIMITED: {
    kind: 'exhausted',
    example: 'Too many registrations. Try again later.',
    meaning:
      'Too many registrations were tried with this e-mail address, from this client’s address, or by all clients. Nothing was done.',
    remedy: 'Repeat after `Retry-After`.',
  },
  RESERVATION_RATE_LIMITED: {
    kind: 'exhausted',
    example: 'Too many reservations in one second. Try again shortly.',
    meaning:
      'The user reserves more often in a second than this deployment allows. Nothing was held.',
    remedy: 'Repeat after `Retry-After`, with the same Idempotency-Key.',
  },
  OPEN_HOLDS_LIMITED: {
    kind: 'exhausted',
    example: 'Too many reservations are open at the same time.',
    meaning:
      'The user has as many pending reservations as this deployment allows. Nothing was held. `Retry-After` is when the first of them expires.',
    remedy: 'Confirm or cancel one of the open reservations, then repeat.',
  },
  STREAMS_LIMITED: {
    kind: 'exhausted',
    example: 'This address has too many streams open.',
    meaning: 'As many streams are open from this address as one gateway takes.',
    remedy: 'Close a stream, or follow several products in one.',
  },
  STREAMS_FULL: {
    kind: 'unavailable',
    example: 'This gateway has as many streams as it takes. Try again shortly.',
    meaning: 'This gateway has no room for another stream or for more products in streams.',
    remedy: 'Repeat after `Retry-After`, or read `GET /products` now and then.',
  },
  AUTH_BUSY: {
    kind: 'exhausted',
    example: 'Too many passwords are being checked. Try again shortly.',
    meaning: 'More passwords wait to be checked than can be. Nothing was done.',
    remedy: 'Repeat after `Retry-After`.',
  },
  OVERLOADED: {
    kind: 'exhausted',
    example: 'Too many requests are waiting. Try again shortly.',
    meaning: 'More requests are under way than can be served in time. Nothing was done.',
    remedy: 'Repeat after `Retry-After`.',
  },
  STORE_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The store does not answer. Try again shortly.',
    meaning: 'A service cannot reach its database.',
    remedy: REPEAT_SAFELY,
  },
  CLOCK_SKEW: {
    kind: 'unavailable',
    example: 'The clock of this instance is wrong. Try again shortly.',
    meaning:
      'The clock of the instance that was asked differs from that of its database by more than `CLOCK_SKEW_MAX_MS`. It decides nothing until the clock is right again.',
    remedy: REPEAT_SAFELY,
  },
  AUTH_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The auth service does not answer. Try again shortly.',
    meaning: 'The service that knows users and keys does not answer.',
    remedy: REPEAT_SAFELY,
  },
  CATALOG_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The catalog service does not answer. Try again shortly.',
    meaning: 'The service that owns products and stock does not answer.',
    remedy: REPEAT_SAFELY,
  },
  RESERVATION_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The reservation service does not answer. Try again shortly.',
    meaning: 'The service that owns reservations does not answer.',
    remedy: REPEAT_SAFELY,
  },
  GATEWAY_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'No gateway answers. Try again shortly.',
    meaning:
      'The load balancer of the docker compose deployment reached no gateway, or the one that had the request broke off.',
    remedy: REPEAT_SAFELY,
  },
  HOST_NOT_ALLOWED: {
    kind: 'forbidden',
    example: 'This is not reached by that host name; PUBLIC_URL says which is right.',
    meaning:
      'A page under `/admin` was asked for by a host name that is neither private nor that of `PUBLIC_URL`; somebody may have made that name point here.',
    remedy: 'Use the address of the gateway. Behind a host name of your own, set `PUBLIC_URL`.',
  },
  DASHBOARD_READ_ONLY: {
    kind: 'forbidden',
    example: 'The dashboard only shows the queue; DASHBOARD_MAY_CHANGE_QUEUE=true allows changes.',
    meaning: 'The queue dashboard was asked to change the queue, and is set to show it only.',
    remedy: 'Set `DASHBOARD_MAY_CHANGE_QUEUE=true` for expiry-worker while it is needed.',
  },
  WORKER_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The expiry worker does not answer. Try again shortly.',
    meaning: 'The process that serves the queue dashboard does not answer. Sales go on without it.',
    remedy: 'Try again later.',
  },
  QUEUE_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'Redis does not answer, so the queue cannot be shown.',
    meaning: 'The queue dashboard cannot reach the queue. Expiry goes on by the sweep.',
    remedy: 'Try again later.',
  },
  NOT_READY: {
    kind: 'unavailable',
    example: 'The gateway cannot serve requests now.',
    meaning:
      'A service does not answer, or the gateway is stopping; `dependencies` says which, and `reasons` why.',
    remedy: 'Send requests to another instance, or wait.',
  },
  DEADLINE_EXCEEDED: {
    kind: 'deadline',
    example: 'The request took longer than its deadline allows.',
    meaning: 'No answer came in time: 10 seconds, 20 for `/auth`.',
    remedy: REPEAT_SAFELY,
  },
  INTERNAL: {
    kind: 'internal',
    example: 'Internal error.',
    meaning: 'A bug. The log has the details under the `requestId`.',
    remedy: 'Report the `requestId`.',
  },
} as const satisfies Record<string, ErrorExplanation>;

/** A reason that the REST interface can return. */
export type ErrorReason = keyof typeof ERROR_CATALOGUE;

export const ERROR_REASONS = Object.keys(ERROR_CATALOGUE) as readonly ErrorReason[];

/** The error as thrown by a service or the gateway. */
export const exampleError = (reason: ErrorReason): DomainError => {
  const { kind, example } = ERROR_CATALOGUE[reason];
  const fieldViolations =
    reason === 'INVALID_REQUEST'
      ? [{ field: '/quantity', description: 'must be a whole number from 1 to 100' }]
      : [];
  return new DomainError({ kind, reason, message: example, fieldViolations });
};

export const statusOf = (reason: ErrorReason): number => toHttpStatus(exampleError(reason));
