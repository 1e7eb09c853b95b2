import type { IncomingMessage, ServerResponse } from 'node:http';
import { inThisTrace, type Logger, newRequestId } from '@flashreserve/ops';
import type { ClientAddress } from './client-address';

/** An API client, by what may be logged of it. */
export interface CallingClient {
  readonly clientId: string;
  readonly name: string;
}

/** A completed request, as logged. */
export interface ServedRequest {
  readonly method: string;
  /** Path template of the route. */
  readonly route: string;
  /** 499 if the client disconnected before the end of the response. */
  readonly status: number;
  /** Milliseconds from the request's headers to the end of the response. */
  readonly ms: number;
  /** Undefined for all other callers. */
  readonly clientId?: string | undefined;
}

export const REQUEST_ID_HEADER = 'x-request-id';
const REQUEST_ID_PATTERN = /^[\x21-\x7e]{1,128}$/;
/** Route label of requests that match no route. */
export const UNMATCHED = '(none)';
/** Logged when the client has disconnected, as it saw no status. */
const CLIENT_CLOSED_REQUEST = 499;
/** Polled every few seconds; their log lines would drown the others. */
const QUIET_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

const readRequestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && REQUEST_ID_PATTERN.test(given) ? given : newRequestId();

/**
 * State of one request from its headers to the end of its response. A class, because V8 creates
 * objects with accessors of their own ten times slower.
 */
export class RequestScope {
  /** The client's `x-request-id`, or a new one. */
  readonly requestId: string;
  /** Path template of the matched route, for the log. */
  route = UNMATCHED;
  /** The API client that sent the request, once its token has been verified. */
  client: CallingClient | undefined = undefined;
  // Both are created lazily: most requests never need them.
  private controller: AbortController | undefined = undefined;
  private childLog: Logger | undefined = undefined;

  private readonly req: IncomingMessage;
  private readonly res: ServerResponse;
  private readonly options: Pick<ScopeOptions, 'log' | 'clientAddressOf'>;

  constructor(
    req: IncomingMessage,
    res: ServerResponse,
    options: Pick<ScopeOptions, 'log' | 'clientAddressOf'>,
  ) {
    this.requestId = readRequestId(req.headers[REQUEST_ID_HEADER]);
    this.req = req;
    this.res = res;
    this.options = options;
  }

  /** Aborted when the client disconnects before the end of the response. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.res.closed && !this.res.writableFinished) this.controller.abort();
    return this.controller.signal;
  }

  get log(): Logger {
    this.childLog ??= this.options.log.child({ requestId: this.requestId });
    return this.childLog;
  }

  /** The client's IP address. */
  get clientAddress(): string {
    return this.options.clientAddressOf(this.req);
  }

  /** Aborts the signal, if anything has asked for it. */
  abort(): void {
    this.controller?.abort();
  }
}

/** An own property, which costs less to look up and to collect than an entry of a WeakMap. */
const SCOPE = Symbol('scope');

type Scoped = IncomingMessage & { [SCOPE]?: RequestScope };

/** The scope that `openScope` created for the request. */
export const scopeOf = (req: IncomingMessage): RequestScope => {
  const scope = (req as Scoped)[SCOPE];
  if (scope === undefined) throw new TypeError('The request has no scope.');
  return scope;
};

/** Log level of completed requests; probes are always logged at `debug`. */
export type RequestLogLevel = 'info' | 'debug';

/** What is the same for all requests. */
export interface ScopeOptions {
  readonly log: Logger;
  readonly onServed?: ((served: ServedRequest) => void) | undefined;
  readonly level?: RequestLogLevel | undefined;
  readonly clientAddressOf: ClientAddress;
}

/**
 * Opens the scope of a request and logs one line when it completes: method, route, status and
 * duration, and the id and name of an API client; never a body, a query or a header.
 */
export const openScope = (
  req: IncomingMessage,
  res: ServerResponse,
  options: ScopeOptions,
): RequestScope => {
  const { log, onServed, level = 'info' } = options;
  const startedAt = performance.now();
  const scope = new RequestScope(req, res, options);
  const { requestId } = scope;
  (req as Scoped)[SCOPE] = scope;
  const logRequest = (): void => {
    const answered = res.writableFinished;
    if (!answered) scope.abort();
    const { client } = scope;
    const served: ServedRequest = {
      method: req.method ?? '',
      route: scope.route,
      status: answered ? res.statusCode : CLIENT_CLOSED_REQUEST,
      ms: Math.round((performance.now() - startedAt) * 10) / 10,
      clientId: client?.clientId,
    };
    log[QUIET_ROUTES.has(scope.route) ? 'debug' : level](
      client === undefined
        ? { requestId, ...served }
        : { requestId, ...served, clientName: client.name },
      'Request served.',
    );
    onServed?.(served);
  };
  res.once('close', inThisTrace(logRequest));
  return scope;
};
