import {
  type CallOptions,
  type Client,
  type ClientUnaryCall,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { findParts } from './client';
import { setHomeKey } from './home/pick-by-home';
import { fromServiceError } from './rich-status';
import { endCallSpan, startCallSpan } from './trace-calls';

export interface UnaryCallOptions {
  readonly deadline: Date;
  /** Bearer token; omitted only for open methods. */
  readonly token?: string | undefined;
  /** Called when the service answers UNAUTHENTICATED. */
  readonly onTokenRefused?: (() => void) | undefined;
  readonly requestId?: string | undefined;
  /**
   * Sends the call to the instance that is the home of this key, for example the id of a product.
   * Only a matter of speed: any instance can serve it. If that one falls silent, a call that is
   * safe to retry is cancelled and sent to the next one.
   */
  readonly homeKey?: string | undefined;
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

const metadataOf = ({ token, requestId, homeKey, waitForReady }: UnaryCallOptions): Metadata => {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (requestId !== undefined) metadata.set('x-request-id', requestId);
  if (homeKey !== undefined) setHomeKey(metadata, homeKey);
  if (waitForReady === true) metadata.setOptions({ waitForReady: true });
  return metadata;
};

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
  const { deadline, signal, homeKey } = options;
  const parts = findParts(client);
  const metadata = metadataOf(options);
  return new Promise((resolve, reject) => {
    const method = client[name] as UnaryMethod<RequestOf<C[Name]>, ResponseOf<C[Name]>> & Pathed;
    const span = startCallSpan(method.path, metadata);
    const mayMove = parts?.idempotentPaths.has(method.path) === true;
    let call: ClientUnaryCall | undefined;
    let hasMoved = false;
    let stopWatching: (() => void) | undefined;

    const finish = (error: ServiceError | null, response: ResponseOf<C[Name]>): void => {
      stopWatching?.();
      if (hasMoved && error?.code === status.CANCELLED && signal?.aborted !== true) {
        send();
        return;
      }
      signal?.removeEventListener('abort', cancel);
      if (span !== undefined) endCallSpan(span, error?.code ?? status.OK);
      if (error?.code === status.UNAUTHENTICATED) options.onTokenRefused?.();
      if (error) reject(fromServiceError(error));
      else resolve(response);
    };
    const cancel = (): void => {
      call?.cancel();
    };
    const send = (): void => {
      hasMoved = false;
      if (mayMove && homeKey !== undefined) {
        stopWatching = parts.roster.onSilence(homeKey, () => {
          hasMoved = true;
          cancel();
        });
      }
      call = method.call(client, request, metadata, { deadline }, finish);
    };
    send();
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
  });
};
