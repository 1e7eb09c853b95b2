export type { KeyOptions } from './api/api';
export type { AuthApi, GuestSession } from './api/auth.api';
export type {
  ChangeOptions,
  ProductQuery,
  ProductsApi,
  ProductVersion,
} from './api/products.api';
export type {
  ReservationQuery,
  ReservationsApi,
  Reserved,
  ReserveOptions,
} from './api/reservations.api';
export type { UserFilter, UsersApi } from './api/users.api';
export {
  createFlashReserveClient,
  type FlashReserveClient,
  type FlashReserveClientOptions,
} from './create-client';
export {
  ConnectionError,
  DeadlineError,
  type ErrorReason,
  type FieldError,
  FlashReserveError,
  InvalidOptionError,
  isProblem,
  ProblemError,
  ReservationEndedError,
  UnexpectedAnswerError,
} from './errors';
export type {
  Account,
  EmailChangeLink,
  NewProduct,
  NewReservation,
  NewReservationReturn,
  NewStockAdjustment,
  PasswordResetLink,
  Problem,
  Product,
  ProductChange,
  ProductPage,
  Registration,
  Reservation,
  ReservationPage,
  StockAdjustment,
  User,
} from './gen/openapi';
export type { ClientCredentials } from './session/client-tokens';
export {
  createStorageTokenStore,
  type KeyValueStorage,
  type SessionTokens,
  type TokenStore,
} from './session/token-store';
export type { CallOptions } from './transport/budget';
export type { RetryOptions } from './transport/retry';
export type { Fetch } from './transport/transport';
