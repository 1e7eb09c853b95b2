export type { KeyOptions } from './api/api';
export type { AuthApi } from './api/auth.api';
export type { ProductQuery, ProductsApi } from './api/products.api';
export type { ReservationQuery, ReservationsApi, Reserved } from './api/reservations.api';
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
  NewProduct,
  NewReservation,
  NewStockAdjustment,
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
export {
  createStorageTokenStore,
  type KeyValueStorage,
  type SessionTokens,
  type TokenStore,
} from './session/token-store';
export type { CallOptions } from './transport/budget';
export type { RetryOptions } from './transport/retry';
export type { Fetch } from './transport/transport';
