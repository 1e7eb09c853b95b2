export { type Span, SpanKind, type Tracer } from '@opentelemetry/api';
export { Counter, Gauge, Histogram } from 'prom-client';
export { type Clock, createTestClock, systemClock, type TestClock } from './clock';
export {
  type App,
  type ComponentBase,
  type ComponentDependencies,
  runComponent,
} from './component/run-component';
export * as configFields from './config/fields';
export { loadConfig } from './config/load-config';
export { findMisspelt, type MisspeltName, nearestName } from './config/misspelt';
export { wholeNumber } from './config/numbers';
export {
  ConfigError,
  type ConfigProblem,
  type Environment,
  findProblems,
  toConfigError,
} from './config/problems';
export { type SettingSection, setting, settingOf } from './config/setting';
export { isOn } from './config/switches';
export { type TlsSettings, tlsFields, tlsTogether } from './config/tls';
export { findTlsFileProblems, readTlsFiles, type TlsFiles } from './config/tls-files';
export { dayOf, daysBefore } from './days';
export { type Alarm, createAlarm } from './deadline/alarm';
export { limitCalls } from './deadline/limit-calls';
export {
  byDeadline,
  earlier,
  endsWithin,
  startTimer,
  untilAborted,
  withinTime,
} from './deadline/limits';
export { type FailpointConfig, failpointFields } from './failpoints/config';
export { createFailpoints, type Failpoints, noFailpoints } from './failpoints/failpoints';
export type { FailpointAction, FailpointRule } from './failpoints/plan';
export { addressKey } from './http/address-key';
export { REFUSAL_DETAILS } from './http/client-error';
export { endTogether } from './http/end-together';
export { HTTP_SERVER_LIMITS, type HttpServerLimits } from './http/limits';
export { isLocalHost } from './http/local-host';
export { createProblem, type Problem, type ProblemFacts, toProblemType } from './http/problem';
export {
  becomeStream,
  type ClientWait,
  createRequestCounter,
  reportUnread,
  takePlace,
  waitForClient,
} from './http/request-places';
export { SECURITY_HEADERS } from './http/security-headers';
export { type RunningHttpServer, startHttpServer } from './http/start-http-server';
export type { RequestCounter } from './http/tracked-response';
export { deriveId, newId, newRequestId } from './ids';
export { invariant } from './invariant';
export { leaveRotation } from './lifecycle/leave-rotation';
export { createLifecycle, type Lifecycle, type Stoppable } from './lifecycle/lifecycle';
export { type MainOptions, runMain, STOP_TIMEOUT_MS } from './lifecycle/run-main';
export { describeCauses } from './logging/describe-causes';
export {
  createFailureLog,
  type Failure,
  type FailureLogger,
  type LogFailure,
} from './logging/failure-log';
export {
  createLogger,
  createSilentLogger,
  type Logger,
  type LoggerOptions,
} from './logging/logger';
export { createInvariantMetrics, type ViolationObserver } from './metrics/invariant-metrics';
export { addProcessMetrics, createMetrics, type Metrics } from './metrics/metrics';
export type { ReadinessAnswer } from './metrics/serve-metrics';
export { createServingState, type ServingState } from './metrics/serving-state';
export { type ProcessCount, processCount } from './processes/process-count';
export { type ProcessGroup, singleProcess, type WorkerGroup } from './processes/process-group';
export { shareOf } from './processes/share-of';
export { type TracingConfig, tracingFields } from './tracing/config';
export {
  beginTrace,
  currentTraceparent,
  endSpan,
  failureOf,
  inThisTrace,
  isSampled,
  type OpenSpan,
  openSpanIn,
  runAsTrace,
  runInSpan,
  startSpan,
} from './tracing/spans';
export { formatTraceparent, parseTraceparent, TRACEPARENT } from './tracing/traceparent';
export { noTracing, type Tracing } from './tracing/tracing';
