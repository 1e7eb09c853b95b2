export {
  adminRequired,
  deadlineExceeded,
  invalidRequest,
  limited,
  overloaded,
  permissionDenied,
  requestTimeout,
  scopeRequired,
  serviceNotAllowed,
  serviceRequired,
  storeUnavailable,
  unauthenticated,
  unavailable,
} from './errors/common-errors';
export {
  DomainError,
  type DomainErrorKind,
  type DomainErrorOptions,
  type FieldViolation,
} from './errors/domain-error';
export { toHttpStatus, toJsonPointer, toProblem, toProblemHeaders } from './errors/problem';
export { type RateLimit, toRateLimitHeaders } from './errors/rate-limit-headers';
export { createRefusal } from './errors/refusal';
export { type BatchMetrics, createBatchMetrics } from './group-commit/batch-metrics';
export { createGroupCommit } from './group-commit/group-commit';
export { isKnownUnwritten } from './group-commit/known-unwritten';
export type {
  BatchFacts,
  EntryOutcome,
  GroupCommit,
  GroupCommitOptions,
  GroupLoad,
  GroupObserver,
} from './group-commit/options';
export { type BatchResult, readResults, serveEntries } from './grpc/batch';
export { type BatchedEntry, createBatchedCall } from './grpc/batched-call';
export type { AccessControl, CallContext } from './grpc/call-context';
export { callUnary, type UnaryCallOptions } from './grpc/call-unary';
export { type ClientConfig, createClient, homesOf } from './grpc/client';
export {
  type AccessPolicy,
  defineService,
  type GrpcService,
  type Handlers,
  type ServiceOptions,
  type StreamHandler,
  type UnaryHandler,
} from './grpc/define-service';
export {
  createHealthProbe,
  HEALTH_REASONS,
  type HealthAnswer,
  type HealthProbe,
} from './grpc/health-client';
export { createGroupsByHome } from './grpc/home/groups-by-home';
export type { Homes } from './grpc/home/homes';
export { type MutualTls, readMutualTls, type TlsClientOptions } from './grpc/mutual-tls';
export {
  fromServiceError,
  type GrpcFailure,
  toGrpcFailure,
  toStatusMessage,
} from './grpc/rich-status';
export { type CallObserver, createRpcMetrics, type RpcMetrics } from './grpc/rpc-metrics';
export { type GrpcServerOptions, type RunningGrpcServer, startGrpcServer } from './grpc/server';
export { EMAIL_LENGTH_MAX, emailAddress, normaliseEmail } from './validation/email-address';
export { metadataMessage, metadataRecord } from './validation/metadata';
export {
  createPageTokens,
  encodePageToken,
  PAGE_TOKEN_LENGTH_MAX,
  type Page,
  type PageFilter,
  type PageTokens,
  pageFields,
  toPage,
} from './validation/paging';
export { parseMessage, reportedPath } from './validation/parse-message';
export { passwordText } from './validation/password-text';
export { shownText, wellFormed } from './validation/shown-text';
export { canonicalId, uuid } from './validation/uuid';
