/** Explanation of an error reason for clients. */
export interface ErrorExplanation {
  /** Determines the gRPC code and the HTTP status; a `DomainErrorKind`. */
  readonly kind: string;
  /** The message of the error, or an example of it if it names details. */
  readonly example: string;
  readonly meaning: string;
  /** What the client should do. */
  readonly remedy: string;
}

const REPEAT_SAFELY =
  'Retry after the time in `Retry-After`, with the same Idempotency-Key if the route supports one. A write may or may not have been applied.';

/** Metadata of errors that are numbers; REST sends them as such. */
export const ERROR_NUMBERS: ReadonlySet<string> = new Set([
  'requestedUnits',
  'availableUnits',
  'returnableUnits',
  'unitsMax',
  'limit',
  'windowSeconds',
  'retryAfterSeconds',
]);

/**
 * All reasons that the REST interface can return, whichever component defines them. The OpenAPI
 * document, docs/errors.md and the page `/errors` are generated from it; which RPC returns which
 * reason is in the comments of the protos.
 */
export const ERROR_CATALOGUE = {
  INVALID_REQUEST: {
    kind: 'invalid',
    example: 'The request is invalid: /quantity: must be a whole number from 1 to 100',
    meaning:
      'The request does not match the schema. `errors` lists every invalid field: a JSON pointer into the body (`/items/0/quantity`), or `/query/<name>`, `/path/<name>`, `/headers/<name>`. The empty pointer refers to the whole body.',
    remedy: 'Correct the listed fields.',
  },
  INVALID_PAGE_TOKEN: {
    kind: 'invalid',
    example: 'The page token is not valid for this list.',
    meaning: 'The page token was not issued by this list, or was issued for another filter.',
    remedy: 'Start again at the first page, and use the same filter for every page.',
  },
  LINK_INVALID: {
    kind: 'invalid',
    example: 'The link is not valid. Ask for a new one.',
    meaning:
      'The token of the link is unknown, used, expired, or a newer link was made or the password was changed since. Nothing was changed. A retry after a lost response also gets this error, because the first attempt used the link.',
    remedy: 'Ask for a new link. After a lost response, log in with the new password or address.',
  },
  TOKEN_MISSING: {
    kind: 'unauthenticated',
    example: 'An access token is required.',
    meaning: 'The route requires `Authorization: Bearer <accessToken>`.',
    remedy: 'Log in and send the access token.',
  },
  TOKEN_INVALID: {
    kind: 'unauthenticated',
    example: 'The access token is not valid.',
    meaning:
      'The token in the `Authorization` header was issued neither by this system nor by a trusted OpenID provider, or was altered.',
    remedy: 'Log in again. An API client requests a new token.',
  },
  TOKEN_EXPIRED: {
    kind: 'unauthenticated',
    example: 'The access token has expired.',
    meaning: 'The access token was valid, but has expired.',
    remedy: 'Exchange the refresh token for new tokens.',
  },
  TOKEN_REVOKED: {
    kind: 'unauthenticated',
    example: 'The session of the access token has ended. Log in again.',
    meaning:
      'The access token has not expired, but its session has ended: by a log-out, by a change of the role or the password, because a refresh token was reused, or because the API client was revoked or its secret replaced.',
    remedy: 'Log in again. An API client requests a new token, with its newest secret.',
  },
  API_KEY_INVALID: {
    kind: 'unauthenticated',
    example: 'The API key is wrong or revoked.',
    meaning:
      'The API key in the `Authorization` header is wrong, its client was revoked, or its secret was replaced by `rotate-secret` and the overlap is over.',
    remedy:
      'Send the newest key of the client; an administrator makes one with `rotate-secret`. Retries with the same key do not help.',
  },
  INVALID_CREDENTIALS: {
    kind: 'unauthenticated',
    example: 'The credentials are not valid.',
    meaning:
      'No user has this e-mail address and password, or no API client this id and secret. An unknown account and a wrong or ended secret get the same response.',
    remedy: 'Ask the user for the credentials again; give an API client its newest secret.',
  },
  INVALID_REFRESH_TOKEN: {
    kind: 'unauthenticated',
    example: 'The refresh token is not valid. Log in again.',
    meaning: 'The refresh token is unknown, expired, or its session has ended.',
    remedy: 'Log in again.',
  },
  REFRESH_TOKEN_REUSED: {
    kind: 'unauthenticated',
    example: 'The refresh token was already used, so its session has ended. Log in again.',
    meaning:
      'A refresh token was reused after its grace period (`REFRESH_GRACE_SECONDS`, 10 seconds by default). It may have been stolen, so the whole session has ended, with all tokens descended from the same login.',
    remedy: 'Log in again. Always store the newest refresh token and discard the old one.',
  },
  ADMIN_REQUIRED: {
    kind: 'forbidden',
    example: 'Only an administrator may do this.',
    meaning: 'The caller is authenticated but is not an administrator.',
    remedy: 'Use an administrator account.',
  },
  PERMISSION_DENIED: {
    kind: 'forbidden',
    example: 'Only a user may do this.',
    meaning:
      'The caller is authenticated but not allowed to do this, for example a service that calls a route for users.',
    remedy: 'Use a user’s token. Services use gRPC.',
  },
  SCOPE_REQUIRED: {
    kind: 'forbidden',
    example: 'The scope reservations:write is required.',
    meaning: 'The API client, or its token, does not have the scope in `scope`.',
    remedy:
      'Request a token with the scope. A client gets its scopes when an administrator creates it.',
  },
  BACKEND_CONFIRMS: {
    kind: 'forbidden',
    example: 'Reservations are confirmed by the shop, after the payment.',
    meaning:
      'This deployment has `CONFIRM_BY=backend`: only an API client with the scope `reservations:confirm` confirms or revives reservations.',
    remedy: 'Pay in the shop; its backend confirms the reservation.',
  },
  WRONG_PASSWORD: {
    kind: 'forbidden',
    example: 'The current password is wrong.',
    meaning:
      'The access token is valid, but `currentPassword` or `password` is not the user’s password. Nothing was changed. A retry after a lost response also gets this error, if the first attempt changed the password.',
    remedy: 'Ask the user again. After a lost response, log in with the new password.',
  },
  ACCOUNT_DISABLED: {
    kind: 'forbidden',
    example: 'This account is disabled.',
    meaning: 'The password is right, but an administrator has disabled the account.',
    remedy: 'Ask an administrator to enable the account.',
  },
  CROSS_SITE_REQUEST: {
    kind: 'forbidden',
    example: 'Requests from pages of other sites are not allowed.',
    meaning: 'A browser sent the request from a page of another site.',
    remedy: 'Use the pages under `/admin` directly.',
  },
  ROUTE_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such route.',
    meaning: 'No route has this path.',
    remedy: 'Check the path in `/api-docs`.',
  },
  USER_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such user.',
    meaning: 'No user has this id.',
    remedy: 'Check the id.',
  },
  API_CLIENT_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such API client.',
    meaning: 'No API client has this id.',
    remedy: 'Check the id.',
  },
  PRODUCT_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no product 0198a1b3-0000-7000-8000-000000000001.',
    meaning: 'No product has the id in `productId`.',
    remedy: 'Check the id.',
  },
  RESERVATION_NOT_FOUND: {
    kind: 'not-found',
    example: 'There is no such reservation.',
    meaning:
      'This customer has no reservation with this id. Another customer’s reservation gets the same response.',
    remedy: 'Check the id and the account.',
  },
  METHOD_NOT_ALLOWED: {
    kind: 'invalid',
    example: 'This route does not support DELETE.',
    meaning:
      'The route exists but does not support this method. The `Allow` header lists the supported methods.',
    remedy: 'Use one of the listed methods.',
  },
  EMAIL_TAKEN: {
    kind: 'already-exists',
    example: 'A user with this e-mail address already exists.',
    meaning: 'A user with this e-mail address already exists.',
    remedy: 'Log in, or register with another address.',
  },
  GUEST_REGISTERED: {
    kind: 'precondition',
    example: 'This guest has already registered. Log in.',
    meaning:
      'The token is one of a guest who has registered since, or who no longer exists. Nothing was changed.',
    remedy: 'Log in with the address that the guest registered, or register without the token.',
  },
  LAST_ADMIN: {
    kind: 'precondition',
    example: 'The last administrator cannot be demoted, disabled or deleted.',
    meaning: 'The change would leave the system without an administrator who can log in.',
    remedy: 'Make another user an administrator first.',
  },
  MAIL_NOT_CONFIGURED: {
    kind: 'precondition',
    example: 'This system sends no mail.',
    meaning: 'A new address must be confirmed by mail, and auth has no SMTP server (`SMTP_URL`).',
    remedy: 'Ask an administrator for a link.',
  },
  API_CLIENT_REVOKED: {
    kind: 'precondition',
    example: 'The API client is revoked.',
    meaning: 'A revoked API client gets no new secret.',
    remedy: 'Create another API client.',
  },
  API_CLIENT_LIMIT_EXCEEDED: {
    kind: 'precondition',
    example: 'There can be at most 1000 API clients.',
    meaning: 'There are 1,000 API clients that are not revoked.',
    remedy: 'Revoke one that is no longer used.',
  },
  SECRET_LIMIT_EXCEEDED: {
    kind: 'precondition',
    example: 'An API client can have at most 3 valid secrets.',
    meaning: 'The API client has three secrets that have not ended, because of recent rotations.',
    remedy: 'Wait until one has ended, or rotate without overlap, which ends them all.',
  },
  SKU_TAKEN: {
    kind: 'already-exists',
    example: 'Another product has the SKU SNEAKER-42.',
    meaning: 'Another product has the SKU; `sku` names it. Nothing was changed.',
    remedy: 'Use another SKU, or change the product that has it.',
  },
  PRODUCT_CHANGED: {
    kind: 'conflict',
    example: 'The product has changed since it was read.',
    meaning:
      'No ETag in `If-Match` matches the current version of the product: its name, description, price, SKU or metadata were changed since. Nothing was changed.',
    remedy:
      'Read the product again, apply the change to what it is now, and send the new `ETag` as `If-Match`. Weak ETags (`W/"…"`) never match.',
  },
  REQUEST_ID_REUSED: {
    kind: 'conflict',
    example: 'The request id was used before, with different content.',
    meaning:
      'The Idempotency-Key was used on this route before, with a different body; or the API client that it created has been used since.',
    remedy: 'Use a new key for a new request.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    kind: 'conflict',
    example: 'The idempotency key was used before, for other products or quantities.',
    meaning:
      'The Idempotency-Key was used before, for other products, quantities or another `holdSeconds`; or for a return of other units, with another `reason` or another `restock`.',
    remedy: 'Use a new key for a new reservation or return.',
  },
  INSUFFICIENT_STOCK: {
    kind: 'precondition',
    example: 'Product 0198a1b3-0000-7000-8000-000000000001 has only 3 available unit(s).',
    meaning:
      'The adjustment would remove more units than are available. Held and sold units cannot be removed.',
    remedy: 'Read the product and remove at most its `stockQuantity`.',
  },
  STOCK_LIMIT_EXCEEDED: {
    kind: 'precondition',
    example: 'A product can have at most 1000000000 units.',
    meaning: 'The adjustment would give the product more than 1,000,000,000 units.',
    remedy: 'Add fewer units.',
  },
  OUT_OF_STOCK: {
    kind: 'precondition',
    example: 'Product 0198a1b3-0000-7000-8000-000000000001 does not have 2 available unit(s).',
    meaning:
      'Too few units of the product in `productId` are available for the `requestedUnits`. No units of any line were held.',
    remedy:
      'Reserve fewer units, or try again later: units become available when reservations are cancelled or expire.',
  },
  RESERVATION_EXPIRED: {
    kind: 'precondition',
    example: 'The reservation has expired.',
    meaning:
      'The reservation was not confirmed in time, and its units are available again. A retry of a reserve request also gets this error if its first attempt had an unknown outcome, was more than five seconds ago, and its units have been released. With `graceEndsAt` it refuses only the customer: until then the shop may still confirm it, for a payment under way.',
    remedy: 'Reserve again with a new Idempotency-Key.',
  },
  RESERVATION_PENDING: {
    kind: 'precondition',
    example: 'The reservation is still pending.',
    meaning:
      'Only an expired reservation can be revived, and only a confirmed one returned; this one still holds its units.',
    remedy: 'Confirm or cancel it.',
  },
  RESERVATION_CONFIRMED: {
    kind: 'precondition',
    example: 'The reservation is already confirmed.',
    meaning: 'A confirmed reservation cannot be cancelled, extended or revived.',
    remedy: 'None. The units are sold; they can be returned.',
  },
  RESERVATION_RETURNED: {
    kind: 'precondition',
    example: 'All units of the reservation have been returned.',
    meaning:
      'The reservation was confirmed, and all of its units have been returned. It cannot be confirmed, cancelled, extended or revived, and nothing is left to return.',
    remedy: 'Reserve again with a new Idempotency-Key.',
  },
  RETURN_EXCEEDS_UNITS: {
    kind: 'precondition',
    example:
      'Only 1 unit(s) of product 0198a1b3-0000-7000-8000-000000000001 can still be returned.',
    meaning:
      'The return names more units of a product than the reservation has, without those that were returned before. Nothing was returned.',
    remedy: 'Return at most `returnableUnits`.',
  },
  RETURNS_LIMITED: {
    kind: 'precondition',
    example: 'A reservation can have at most 100 returns.',
    meaning: 'The reservation already has 100 returns. Nothing was returned.',
    remedy: 'None. Return several units at once.',
  },
  RESERVATION_CANCELLED: {
    kind: 'precondition',
    example: 'The reservation is already cancelled.',
    meaning: 'A cancelled reservation cannot be confirmed, extended, revived or returned.',
    remedy: 'Reserve again with a new Idempotency-Key.',
  },
  HOLD_TIME_EXCEEDED: {
    kind: 'precondition',
    example: 'The reservation can be extended until 2026-11-22T13:00:00.000Z at most.',
    meaning:
      'The extension would hold the units for longer than the deployment allows (`MAX_HOLD_SECONDS` after `createdAt`, an hour by default). Nothing was moved.',
    remedy: 'Extend it to at most `latestExpiresAt`.',
  },
  BODY_TOO_LARGE: {
    kind: 'invalid',
    example: 'The body is larger than 65536 bytes.',
    meaning: 'The body is larger than 64 KiB, before or after decompression.',
    remedy: 'Send a smaller body.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    kind: 'invalid',
    example: 'The body must be application/json in UTF-8.',
    meaning:
      'The body is not declared as `application/json` in UTF-8, or has an unsupported content encoding.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  HEADERS_TOO_LARGE: {
    kind: 'invalid',
    example:
      'The request target and headers are larger than 16384 bytes, or there are more than 256 headers.',
    meaning:
      'Path, query and headers together are larger than 16 KiB, or there are more than 256 headers.',
    remedy: 'Send fewer or shorter headers, or a shorter query.',
  },
  REQUEST_TIMEOUT: {
    kind: 'invalid',
    example: 'The request did not arrive in time.',
    meaning:
      'The headers did not arrive within 10 seconds, or the whole request did not arrive within 15 seconds or the time limit of the route, whichever is shorter. The connection is closed.',
    remedy:
      'Retry on a faster connection, with the same Idempotency-Key if the route supports one.',
  },
  LOGIN_LIMITED: {
    kind: 'exhausted',
    example: 'Too many logins have failed. Try again later.',
    meaning:
      'Too many logins have failed: to this account, from this client address, or in total; or too many API keys or client secrets from this address were wrong. The password or secret was not checked. Unknown accounts are limited in the same way.',
    remedy:
      'Retry after the time in `Retry-After`. Earlier attempts fail but do not extend the wait.',
  },
  REGISTRATION_LIMITED: {
    kind: 'exhausted',
    example: 'Too many registrations. Try again later.',
    meaning:
      'Too many registrations were attempted, or guests created: with this e-mail address, from this client address, or in total. Nothing was done.',
    remedy: 'Retry after the time in `Retry-After`.',
  },
  MAIL_LIMITED: {
    kind: 'exhausted',
    example: 'Too many links were requested. Try again later.',
    meaning:
      'Too many links were requested: for this account, from this client address, or in total. Nothing was sent.',
    remedy: 'Retry after the time in `Retry-After`.',
  },
  RESERVATION_RATE_LIMITED: {
    kind: 'exhausted',
    example: 'Too many reservations in one second. Try again shortly.',
    meaning:
      'The user exceeded the number of reservations per second that this deployment allows. Nothing was held.',
    remedy: 'Retry after the time in `Retry-After`, with the same Idempotency-Key.',
  },
  OPEN_HOLDS_LIMITED: {
    kind: 'exhausted',
    example: 'Too many reservations are open at the same time.',
    meaning:
      'The user has the maximum number of pending reservations that this deployment allows. Nothing was held. `Retry-After` is the time until the first of them expires.',
    remedy: 'Confirm or cancel a pending reservation, then retry.',
  },
  STREAMS_LIMITED: {
    kind: 'exhausted',
    example: 'This client address has too many open streams.',
    meaning: 'This client address has the maximum number of streams open on this gateway.',
    remedy: 'Close a stream, or follow several products in one stream.',
  },
  STREAMS_FULL: {
    kind: 'unavailable',
    example: 'This gateway has reached its limit of streams. Try again shortly.',
    meaning: 'This gateway has reached its limit of streams, or of products followed in streams.',
    remedy: 'Retry after the time in `Retry-After`, or poll `GET /products` instead.',
  },
  AUTH_BUSY: {
    kind: 'exhausted',
    example: 'Too many passwords are being checked. Try again shortly.',
    meaning: 'Too many passwords are waiting to be checked. Nothing was done.',
    remedy: 'Retry after the time in `Retry-After`.',
  },
  OVERLOADED: {
    kind: 'exhausted',
    example: 'Too many requests are waiting. Try again shortly.',
    meaning: 'Too many requests are in flight. Nothing was done.',
    remedy: 'Retry after the time in `Retry-After`.',
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
      'The clock of the service instance differs from that of its database by more than `CLOCK_SKEW_MAX_MS`. It refuses requests that depend on the time until its clock is right again.',
    remedy: REPEAT_SAFELY,
  },
  AUTH_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The auth service does not answer. Try again shortly.',
    meaning: 'The auth service, which owns users and signing keys, does not answer.',
    remedy: REPEAT_SAFELY,
  },
  CATALOG_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The catalog service does not answer. Try again shortly.',
    meaning: 'The catalog service, which owns products and stock, does not answer.',
    remedy: REPEAT_SAFELY,
  },
  RESERVATION_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The reservation service does not answer. Try again shortly.',
    meaning: 'The reservation service, which owns reservations, does not answer.',
    remedy: REPEAT_SAFELY,
  },
  GATEWAY_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'No gateway answers. Try again shortly.',
    meaning:
      'The load balancer of the docker compose deployment could not reach a gateway, or the connection to the gateway broke during the request.',
    remedy: REPEAT_SAFELY,
  },
  HOST_NOT_ALLOWED: {
    kind: 'forbidden',
    example: 'This host name is not allowed; set PUBLIC_URL to the public address of the gateway.',
    meaning:
      'A page under `/admin` was requested by a host name that is neither private nor that of `PUBLIC_URL`. This protects against DNS rebinding.',
    remedy: 'Use the address of the gateway. If it has a public host name, set `PUBLIC_URL`.',
  },
  DASHBOARD_READ_ONLY: {
    kind: 'forbidden',
    example: 'The dashboard is read-only; DASHBOARD_MAY_CHANGE_QUEUE=true allows changes.',
    meaning: 'The request would change the queue, but the queue dashboard is read-only.',
    remedy:
      'Set `DASHBOARD_MAY_CHANGE_QUEUE=true` for expiry-worker for as long as changes are needed.',
  },
  WORKER_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'The expiry worker does not answer. Try again shortly.',
    meaning:
      'The expiry-worker, which serves the queue dashboard, does not answer. Sales are not affected.',
    remedy: 'Try again later.',
  },
  QUEUE_UNAVAILABLE: {
    kind: 'unavailable',
    example: 'Redis does not answer, so the queue cannot be shown.',
    meaning: 'The queue dashboard cannot reach Redis. The sweep still expires reservations.',
    remedy: 'Try again later.',
  },
  NOT_READY: {
    kind: 'unavailable',
    example: 'The gateway cannot serve requests now.',
    meaning:
      'A service does not answer, or the gateway is stopping. `dependencies` has the state of each service, and `reasons` the causes.',
    remedy: 'Send requests to another instance, or retry later.',
  },
  DEADLINE_EXCEEDED: {
    kind: 'deadline',
    example: 'The request exceeded its deadline.',
    meaning:
      'The request took longer than its time limit: 20 seconds for `/auth`, `/admin/session` and `/.well-known/jwks.json`, 10 seconds for all other routes.',
    remedy: REPEAT_SAFELY,
  },
  INTERNAL: {
    kind: 'internal',
    example: 'Internal error.',
    meaning: 'A bug. The log contains the details under the `requestId`.',
    remedy: 'Report the `requestId`.',
  },
} as const satisfies Record<string, ErrorExplanation>;

/** A reason that the REST interface can return. */
export type ErrorReason = keyof typeof ERROR_CATALOGUE;

export const ERROR_REASONS = Object.keys(ERROR_CATALOGUE) as readonly ErrorReason[];

/** Reasons that exist in gRPC only. */
export type GrpcReason =
  | 'HOLD_EXPIRED'
  | 'HOLD_NOT_SOLD'
  | 'SERVICE_NOT_ALLOWED'
  | 'SERVICE_REQUIRED'
  | 'TOO_MANY_WATCHERS'
  | 'WATCHES_LIMITED';
