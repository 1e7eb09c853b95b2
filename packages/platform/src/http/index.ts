export { addressKey } from './address-key';
export { HTTP_SERVER_LIMITS, type HttpServerLimits } from './limits';
export { isLocalHost } from './local-host';
export {
  type Problem,
  toHttpStatus,
  toJsonPointer,
  toProblem,
  toProblemHeaders,
  toProblemType,
} from './problem';
export {
  becomeStream,
  type ClientWait,
  createRequestCounter,
  reportUnread,
  takePlace,
  waitForClient,
} from './request-places';
export { SECURITY_HEADERS } from './security-headers';
export { type RunningHttpServer, startHttpServer } from './start-http-server';
export type { RequestCounter } from './tracked-response';
