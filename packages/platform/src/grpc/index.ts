export { type BatchResult, readResults, serveEntries } from './batch';
export { type BatchedEntry, createBatchedCall } from './batched-call';
export type { CallContext } from './call-context';
export { type ClientConfig, callUnary, createClient, type UnaryCallOptions } from './client';
export {
  type AccessPolicy,
  defineService,
  type GrpcService,
  type Handlers,
  type ServiceOptions,
  type StreamHandler,
  type UnaryHandler,
} from './define-service';
export {
  createHealthProbe,
  HEALTH_REASONS,
  type HealthAnswer,
  type HealthProbe,
} from './health-client';
export { type MutualTls, readMutualTls, type TlsClientOptions } from './mutual-tls';
export {
  fromServiceError,
  type GrpcFailure,
  toGrpcFailure,
  toStatusMessage,
} from './rich-status';
export { type GrpcServerOptions, type RunningGrpcServer, startGrpcServer } from './server';
export { createServingState, type ServingState } from './serving-state';
