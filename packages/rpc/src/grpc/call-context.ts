import type { Status } from '@flashreserve/contracts/google-rpc/status';
import { type Logger, newId } from '@flashreserve/ops';
import type { Metadata, MetadataValue, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { deadlineExceeded, invalidRequest } from '../errors/common-errors';
import { DomainError } from '../errors/domain-error';
import { GRPC_SERVER_LIMITS } from './limits';

/** Call information that a handler gets besides the request. */
export interface CallContext<Principal> {
  readonly principal: Principal;
  /** Propagated to downstream calls and log lines, to correlate them. */
  readonly requestId: string;
  /** When the caller stops waiting; propagated to downstream calls. */
  readonly deadline: Date;
  /** Aborts when the caller cancels or the deadline passes. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Logs the failure of one batch entry and returns the status for its result. */
  readonly failureOf: (error: unknown) => Status;
}

/** Decides who may make a call. The identity package has the one implementation. */
export interface AccessControl<Rule, Principal> {
  /**
   * Authenticates a caller by the value of its `authorization` metadata and checks the method's
   * rule.
   *
   * @throws DomainError when the caller is not known, or is not allowed
   */
  readonly admit: (authorization: MetadataValue | undefined, rule: Rule) => Promise<Principal>;
}

export type AnyCall = ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>;

/** Placeholder for a request that could not be decoded, so that the caller gets a proper error. */
export class MalformedRequest {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** Default deadline of unary calls. */
const DEADLINE_DEFAULT_MS = 30_000;
const REQUEST_ID_KEY = 'x-request-id';
const REQUEST_ID_PATTERN = /^[\x21-\x7e]{1,128}$/;

/** The caller's request id, or a new one that is stored in the metadata. */
export const readRequestId = (metadata: Metadata): string => {
  const given = metadata.get(REQUEST_ID_KEY)[0];
  if (typeof given === 'string' && REQUEST_ID_PATTERN.test(given)) return given;
  const made = newId();
  metadata.set(REQUEST_ID_KEY, made);
  return made;
};

/** @throws DomainError METADATA_TOO_LARGE */
const refuseLargeMetadata = (metadata: Metadata): void => {
  let bytes = 0;
  for (const [name, values] of Object.entries(metadata.toHttp2Headers())) {
    for (const value of Array.isArray(values) ? values : [values]) {
      bytes += name.length + String(value).length;
    }
  }
  const max = GRPC_SERVER_LIMITS.metadataBytesMax;
  if (bytes <= max) return;
  throw new DomainError({
    kind: 'invalid',
    reason: 'METADATA_TOO_LARGE',
    message: `The metadata is larger than ${max} bytes.`,
  });
};

/** The caller's deadline; for unary calls, at most 30 s from now. */
export const readDeadline = (call: AnyCall): Date => {
  const deadline = call.getDeadline();
  const given = deadline instanceof Date ? deadline.getTime() : deadline;
  // A stream may stay open as long as its client wants.
  const isStream = 'writable' in call;
  return new Date(Math.min(given, isStream ? 8.64e15 : Date.now() + DEADLINE_DEFAULT_MS));
};

/** The call's signal, created lazily because most calls never use it. */
const lazySignalOf = (call: AnyCall): (() => AbortSignal) => {
  let controller: AbortController | undefined;
  return () => {
    if (controller === undefined) {
      const made = new AbortController();
      controller = made;
      if (call.cancelled) made.abort();
      call.on('cancelled', () => {
        made.abort();
      });
    }
    return controller.signal;
  };
};

/**
 * Admits a call: reads it, authenticates the caller and checks the method's access rule.
 *
 * @throws DomainError if the call must not reach its handler
 */
export const enterCall = async <Rule, Principal>(
  call: AnyCall,
  rule: Rule,
  deps: {
    readonly access: AccessControl<Rule, Principal>;
    readonly log: Logger;
    readonly failureOf: (error: unknown, requestId: string) => Status;
  },
): Promise<CallContext<Principal>> => {
  const requestId = readRequestId(call.metadata);
  refuseLargeMetadata(call.metadata);
  const principal = await deps.access.admit(call.metadata.get('authorization')[0], rule);
  if (call.request instanceof MalformedRequest) {
    throw invalidRequest([{ field: '', description: 'cannot be decoded' }]);
  }
  const deadline = readDeadline(call);
  if (deadline.getTime() <= Date.now()) throw deadlineExceeded();
  const signalOf = lazySignalOf(call);
  return {
    principal,
    requestId,
    deadline,
    get signal() {
      return signalOf();
    },
    log: deps.log.child({ requestId }),
    failureOf: (error) => deps.failureOf(error, requestId),
  };
};
