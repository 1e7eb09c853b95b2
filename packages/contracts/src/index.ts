export type { ComponentId } from './components';
export { CURRENCIES_PUBLISHED, CURRENCY_DIGITS, currencyDigits, isCurrency } from './currencies';
export {
  EXPIRY_JOB_NAMES,
  EXPIRY_JOB_TRACES_MAX,
  EXPIRY_QUEUE_NAME,
  EXPIRY_SHARE_WINDOW_MS,
  type ExpiryJobData,
  expiryJobId,
} from './expiry-queue';
export { homeProductOf } from './home-product';
export {
  isSameMetadata,
  METADATA_LIMITS,
  type Metadata,
  toMetadata,
  toMetadataRecord,
} from './metadata';
export { isScope, SCOPES, type Scope, toScopes } from './scopes';
export { STOCK_LIMITS } from './stock-limits';
