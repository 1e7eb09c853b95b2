export {
  EXPIRY_JOB_NAMES,
  EXPIRY_QUEUE_NAME,
  type ExpiryJobData,
  expiryJobId,
} from './expiry-queue';
export { PROTO_FILES, PROTO_ROOT } from './proto-files';
export { STOCK_LIMITS } from './stock-limits';
