export { HTTP_SERVER_LIMITS, type HttpServerLimits } from './limits';
export {
  type Problem,
  toHttpStatus,
  toJsonPointer,
  toProblem,
  toProblemHeaders,
  toProblemType,
} from './problem';
export { SECURITY_HEADERS } from './security-headers';
export { type RunningHttpServer, startHttpServer } from './start-http-server';
