import {
  type CallOptions,
  type ChannelCredentials,
  type Client,
  type ClientOptions,
  type ClientUnaryCall,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { createChannelCredentials, type MutualTls, toTlsChannelOptions } from './mutual-tls';
import { fromServiceError } from './rich-status';
import { endCallSpan, startCallSpan } from './trace-calls';

export interface ClientConfig {
  /** Full name of the service, for example `flashreserve.catalog.v1.CatalogService`. */
  readonly serviceName: string;
  /** Proto names of the methods that are safe to retry. Only these are retried, on UNAVAILABLE only. */
  readonly idempotentMethods: readonly string[];
  /** If set, the server must present a certificate for its own name; if unset, plaintext. */
  readonly tls?: MutualTls | undefined;
}

/** DNS name required in the server certificate: `catalog` for `flashreserve.catalog.v1.CatalogService`. */
const serverNameOf = (serviceName: string): string => serviceName.split('.')[1] ?? serviceName;

export type ClientConstructor<C extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options?: Partial<ClientOptions>,
) => C;

const RETRY_POLICY = {
  maxAttempts: 3,
  initialBackoff: '0.05s',
  maxBackoff: '0.5s',
  backoffMultiplier: 2,
  retryableStatusCodes: ['UNAVAILABLE'],
};

/**
 * Creates the client of a service, one per process. Calls are balanced over all addresses of the
 * target, keepalive detects dead or frozen peers, and retries are throttled when most calls fail.
 */
export const createClient = <C extends Client>(
  Constructor: ClientConstructor<C>,
  target: string,
  config: ClientConfig,
): C =>
  new Constructor(target, createChannelCredentials(config.tls), {
    ...toTlsChannelOptions({ tls: config.tls, serverName: serverNameOf(config.serviceName) }),
    'grpc.service_config': JSON.stringify({
      loadBalancingConfig: [{ round_robin: {} }],
      methodConfig: [
        {
          name: config.idempotentMethods.map((method) => ({ service: config.serviceName, method })),
          retryPolicy: RETRY_POLICY,
        },
      ],
      retryThrottling: { maxTokens: 100, tokenRatio: 0.1 },
    }),
    // Calls to a hanging peer run into their deadline until keepalive detects it, after at most 13 s.
    // A shorter time would drop connections to services whose event loop stalls under load, which
    // fails all calls on them.
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 3_000,
    'grpc.keepalive_permit_without_calls': 1,
    // With the default of 30 s, a replaced instance would stay unknown for that long.
    'grpc.dns_min_time_between_resolutions_ms': 1_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.enable_channelz': 0,
  });

export interface UnaryCallOptions {
  readonly deadline: Date;
  /** Bearer token; omitted only for open methods. */
  readonly token?: string | undefined;
  /** Called when the service answers UNAUTHENTICATED. */
  readonly onTokenRefused?: (() => void) | undefined;
  readonly requestId?: string | undefined;
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** Waits until the deadline for an unreachable service instead of failing at once. */
  readonly waitForReady?: boolean | undefined;
}

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

type UnaryMethodName<C> = {
  [Name in keyof C]: C[Name] extends UnaryMethod<never, unknown> ? Name : never;
}[keyof C];

type RequestOf<Method> =
  Method extends UnaryMethod<infer Request, infer _Response> ? Request : never;
type ResponseOf<Method> = Method extends (
  request: never,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: infer Response) => void,
) => ClientUnaryCall
  ? Response
  : never;

/** Every method of a generated client carries its path: `/package.Service/Method`. */
interface Pathed {
  readonly path: string;
}

/**
 * Calls a unary method.
 *
 * @throws DomainError for any failure; `domain` names the service that defined the reason
 */
export const callUnary = <C extends Client, Name extends UnaryMethodName<C>>(
  client: C,
  name: Name,
  request: RequestOf<C[Name]>,
  options: UnaryCallOptions,
): Promise<ResponseOf<C[Name]>> => {
  const metadata = new Metadata();
  if (options.token !== undefined) metadata.set('authorization', `Bearer ${options.token}`);
  if (options.requestId !== undefined) metadata.set('x-request-id', options.requestId);
  if (options.waitForReady === true) metadata.setOptions({ waitForReady: true });
  return new Promise((resolve, reject) => {
    const method = client[name] as UnaryMethod<RequestOf<C[Name]>, ResponseOf<C[Name]>> & Pathed;
    const span = startCallSpan(method.path, metadata);
    const call = method.call(
      client,
      request,
      metadata,
      { deadline: options.deadline },
      (error, response) => {
        options.signal?.removeEventListener('abort', cancel);
        if (span !== undefined) endCallSpan(span, error?.code ?? status.OK);
        if (error?.code === status.UNAUTHENTICATED) options.onTokenRefused?.();
        if (error) reject(fromServiceError(error));
        else resolve(response);
      },
    );
    const cancel = (): void => {
      call.cancel();
    };
    if (options.signal?.aborted) cancel();
    options.signal?.addEventListener('abort', cancel);
  });
};
