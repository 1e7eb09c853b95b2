import { byDeadline, type Logger, noTracing, type Tracing } from '@flashreserve/ops';
import type {
  handleServerStreamingCall,
  handleUnaryCall,
  MethodDefinition,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { deadlineExceeded } from '../errors/common-errors';
import type { DomainError } from '../errors/domain-error';
import {
  type AccessControl,
  type AnyCall,
  type CallContext,
  enterCall,
  MalformedRequest,
  readDeadline,
  readRequestId,
} from './call-context';
import { createFailureReporter } from './failure-reporter';
import { measureUnary } from './measure-calls';
import { toGrpcFailure, toStatusMessage } from './rich-status';
import type { RpcMetrics } from './rpc-metrics';
import { traceUnary } from './trace-calls';
import { writeAll } from './write-all';

/** Method names, without the index signature inherited by ts-proto server interfaces. */
type MethodName<Server> = keyof {
  [Name in keyof Server as string extends Name ? never : number extends Name ? never : Name]: true;
};

export type UnaryHandler<Request, Response, Principal> = (
  request: Request,
  context: CallContext<Principal>,
) => Promise<Response>;

/** Yields responses until it completes or `context.signal` aborts. */
export type StreamHandler<Request, Response, Principal> = (
  request: Request,
  context: CallContext<Principal>,
) => AsyncIterable<Response>;

/** One handler per method of a ts-proto server interface; a missing one does not compile. */
export type Handlers<Server, Principal> = {
  readonly [Name in MethodName<Server>]: Server[Name] extends handleUnaryCall<infer Req, infer Res>
    ? UnaryHandler<Req, Res, Principal>
    : Server[Name] extends handleServerStreamingCall<infer Req, infer Res>
      ? StreamHandler<Req, Res, Principal>
      : never;
};

/** Access rule per method; a missing rule does not compile, so no method is open by accident. */
export type AccessPolicy<Server, Rule> = { readonly [Name in MethodName<Server>]: Rule };

export interface ServiceOptions<Server, Rule, Principal> {
  readonly definition: ServiceDefinition<UntypedServiceImplementation>;
  /** Domain of this service's error reasons, for example `catalog.flashreserve`. */
  readonly domain: string;
  readonly access: AccessControl<Rule, Principal>;
  readonly policy: AccessPolicy<Server, Rule>;
  readonly handlers: Handlers<Server, Principal>;
  /** Translates store and library outages; returns undefined for other errors. */
  readonly translateError: (error: unknown) => DomainError | undefined;
  readonly log: Logger;
  readonly tracing?: Tracing;
  readonly rpcMetrics?: RpcMetrics;
}

export interface GrpcService {
  readonly definition: ServiceDefinition<UntypedServiceImplementation>;
  readonly implementation: UntypedServiceImplementation;
}

type AnyHandler<Principal> = UnaryHandler<unknown, unknown, Principal> &
  StreamHandler<unknown, unknown, Principal>;

/** `Method` of `/package.Service/Method`. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const tolerateMalformedBytes = (method: MethodDefinition<unknown, unknown>) => ({
  ...method,
  requestDeserialize: (bytes: Buffer): unknown => {
    try {
      return method.requestDeserialize(bytes);
    } catch (error) {
      return new MalformedRequest(error);
    }
  },
});

/**
 * Wraps every handler of a service with authentication, authorization, deadline enforcement and a
 * common error model. Every rejection is answered, and the text of an unexpected error never leaves
 * the process.
 */
export const defineService = <Server, Rule, Principal>(
  options: ServiceOptions<Server, Rule, Principal>,
): GrpcService => {
  const { log, tracing: { tracer } = noTracing, rpcMetrics } = options;
  const report = createFailureReporter(options);
  const toFailure = (error: unknown, name: string, call: AnyCall) =>
    toGrpcFailure(report(error, name, readRequestId(call.metadata)), options.domain);
  const enter = (call: AnyCall, name: string, rule: Rule): Promise<CallContext<Principal>> =>
    enterCall(call, rule, {
      ...options,
      failureOf: (error, requestId) =>
        toStatusMessage(report(error, name, requestId), options.domain),
    });

  const unary =
    (name: string, rule: Rule, handler: AnyHandler<Principal>): handleUnaryCall<unknown, unknown> =>
    (call, callback) => {
      const served = enter(call, name, rule).then((context) =>
        (handler as UnaryHandler<unknown, unknown, Principal>)(call.request, context),
      );
      byDeadline(readDeadline(call), served, deadlineExceeded).then(
        (response) => {
          if (log.isLevelEnabled('debug')) {
            log.debug({ method: name, requestId: readRequestId(call.metadata) }, 'Call served.');
          }
          callback(null, response);
        },
        (error: unknown) => {
          callback(toFailure(error, name, call));
        },
      );
    };

  const stream =
    (
      name: string,
      rule: Rule,
      handler: AnyHandler<Principal>,
    ): handleServerStreamingCall<unknown, unknown> =>
    (call) => {
      enter(call, name, rule)
        .then((context) =>
          writeAll(
            call,
            (handler as StreamHandler<unknown, unknown, Principal>)(call.request, context),
            context.signal,
          ),
        )
        .then(
          () => call.end(),
          (error: unknown) => {
            call.emit('error', toFailure(error, name, call));
          },
        );
    };

  const handlers = options.handlers as Readonly<Record<string, AnyHandler<Principal>>>;
  const policy = options.policy as Readonly<Record<string, Rule>>;
  const methods = Object.entries(options.definition).map(([name, method]) => {
    const handler = handlers[name];
    const rule = policy[name];
    if (handler === undefined || rule === undefined) {
      throw new TypeError(`Method "${name}" has no handler or no access rule.`);
    }
    return {
      name,
      method: tolerateMalformedBytes(method),
      // A stream may last for hours, and its span would only be exported at the end.
      implementation: method.responseStream
        ? stream(name, rule, handler)
        : measureUnary(
            rpcMetrics?.(nameOf(method.path)),
            traceUnary(tracer, method.path, unary(name, rule, handler)),
          ),
    };
  });
  return {
    definition: Object.fromEntries(methods.map(({ name, method }) => [name, method])),
    implementation: Object.fromEntries(
      methods.map(({ name, implementation }) => [name, implementation]),
    ),
  };
};
