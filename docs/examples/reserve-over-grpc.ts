/**
 * How an external service sells a unit over gRPC. It uses only code generated from `proto/`; in
 * your own project, generate the same from a copy of that folder.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AuthServiceClient } from '@flashreserve/contracts/auth';
import { ErrorInfo } from '@flashreserve/contracts/google-rpc/error-details';
import { Status } from '@flashreserve/contracts/google-rpc/status';
import { type Reservation, ReservationServiceClient } from '@flashreserve/contracts/reservation';
import { type CallOptions, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** A unary method of a generated client. */
type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

const CALL_MS = 2_000;
const BACKOFF_MS = { first: 50, longest: 1_000 };

/**
 * `dns:///` with round_robin balances calls over all instances of a service, and discovers new
 * ones.
 */
const CHANNEL = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
};

/** The stable reason of a refusal, for example OUT_OF_STOCK. Undefined if no service replied. */
export const reasonOf = (error: unknown): string | undefined => {
  const [details] = (error as Partial<ServiceError>).metadata?.get('grpc-status-details-bin') ?? [];
  if (!Buffer.isBuffer(details)) return undefined;
  const info = Status.decode(details).details.find(({ typeUrl }) =>
    typeUrl.endsWith('/google.rpc.ErrorInfo'),
  );
  return info === undefined ? undefined : ErrorInfo.decode(info.value).reason;
};

const isRetryable = (error: unknown): boolean => {
  const { code } = error as Partial<ServiceError>;
  // The call may or may not have been applied. The idempotency key makes the retry safe.
  return code === status.UNAVAILABLE || code === status.DEADLINE_EXCEEDED;
};

export const createSeller = (settings: {
  /** For example `dns:///auth:50051` and `dns:///reservation:50053`. */
  readonly authAddress: string;
  readonly reservationAddress: string;
  readonly clientId: string;
  readonly clientSecret: string;
}) => {
  const { authAddress, reservationAddress, clientId, clientSecret } = settings;
  const auth = new AuthServiceClient(authAddress, credentials.createInsecure(), CHANNEL);
  const reservations = new ReservationServiceClient(
    reservationAddress,
    credentials.createInsecure(),
    CHANNEL,
  );
  let token = { value: '', renewAt: 0 };

  /** Retries the call with the same request until it has an outcome or the deadline has passed. */
  const call = async <Request, Response>(
    method: Unary<Request, Response>,
    request: Request,
    { metadata, until }: { readonly metadata: Metadata; readonly until: number },
  ): Promise<Response> => {
    for (let tries = 0; ; tries += 1) {
      const deadline = Math.min(until, Date.now() + CALL_MS);
      try {
        return await new Promise<Response>((resolve, reject) => {
          method(request, metadata, { deadline }, (error, response) => {
            if (error === null) resolve(response);
            else reject(error);
          });
        });
      } catch (error) {
        const waitMs = Math.min(BACKOFF_MS.longest, BACKOFF_MS.first * 2 ** tries);
        if (!isRetryable(error) || Date.now() + waitMs >= until) throw error;
        await pause(waitMs * (0.5 + Math.random() / 2));
      }
    }
  };
  /** A token is valid for many calls; it is renewed after half its lifetime. */
  const authorization = async (until: number): Promise<Metadata> => {
    if (Date.now() >= token.renewAt) {
      const request = { clientId, clientSecret };
      const { accessToken, expiresInSeconds } = await call(
        auth.issueServiceToken.bind(auth),
        request,
        { metadata: new Metadata(), until },
      );
      token = { value: accessToken, renewAt: Date.now() + expiresInSeconds * 500 };
    }
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token.value}`);
    return metadata;
  };

  return {
    /**
     * Reserves and confirms a unit for a customer. Idempotent: the same order gets one reservation.
     *
     * @throws ServiceError if it is refused (see `reasonOf`) or has no outcome in time
     */
    sell: async (order: {
      readonly orderId: string;
      readonly customerId: string;
      readonly productId: string;
      readonly withinMs: number;
    }): Promise<Reservation | undefined> => {
      const { orderId, customerId, productId, withinMs } = order;
      const until = Date.now() + withinMs;
      const metadata = await authorization(until);
      const held = await call(
        reservations.reserve.bind(reservations),
        {
          customerId,
          lines: [{ productId, quantity: 1 }],
          // Derived from the order, not random, so that it is the same after a crash of this
          // service.
          idempotencyKey: `order-${orderId}`,
          requestId: '',
        },
        { metadata, until },
      );
      // The unit is held for this customer until `expireTime`: collect the payment now. Then:
      const reservationId = held.reservation?.reservationId ?? '';
      const sold = await call(
        reservations.confirmReservation.bind(reservations),
        { customerId, reservationId },
        { metadata, until },
      );
      return sold.reservation;
    },
    close: (): void => {
      auth.close();
      reservations.close();
    },
  };
};
