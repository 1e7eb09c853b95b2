import { STOCK_LIMITS } from '@flashreserve/contracts';
import {
  type ListReservationsRequest,
  type ListReservationsResponse,
  type Reservation,
  ReservationServiceClient,
  type ReserveRequest,
  type ReserveResponse,
} from '@flashreserve/contracts/reservation';
import { type Clock, type Logger, newId } from '@flashreserve/ops';
import {
  type BatchMetrics,
  callUnary,
  createBatchedCall,
  createClient,
  type MutualTls,
  type UnaryCallOptions,
} from '@flashreserve/rpc';
import type { AuthApi } from './auth.client';
import { answerOf, answerToGateway, promised } from './service-error';
import type { SoldOutMemory, Wish } from './sold-out-memory';

/** Parameters without the customer: with the user's own token, users act for themselves. */
type ForSelf<Request> = Omit<Request, 'customerId'>;

/** Call options of a Reserve, which shares its gRPC call with others. */
export interface ReserveCall {
  readonly deadline: Date;
  readonly requestId: string;
}

/** The gateway's client of reservation. Every function throws DomainError, reasons unchanged. */
export interface ReservationApi {
  /**
   * Reserves for the customer that the request names, whom the gateway has authenticated. Without
   * an `idempotencyKey` each call is a new reservation; gRPC retries are still safe. A
   * sold-out response may be up to `SOLD_OUT_REUSE_MS` old, unless the request has an
   * `idempotencyKey`: a retry must get the result of the first attempt.
   */
  readonly reserve: (
    request: Omit<ReserveRequest, 'requestId'>,
    call: ReserveCall,
  ) => Promise<{ readonly reservation: Reservation; readonly replayed: boolean }>;
  readonly confirm: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  readonly cancel: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  readonly get: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  readonly list: (
    request: ForSelf<ListReservationsRequest>,
    call: UnaryCallOptions,
  ) => Promise<ListReservationsResponse>;
  /** Stops accepting Reserves; resolves once every accepted one has settled. */
  readonly drain: () => Promise<void>;
  readonly close: () => void;
}

/** All methods are safe to retry: every Reserve of the gateway carries a key or a request id. */
const IDEMPOTENT_METHODS = [
  'BatchReserve',
  'ConfirmReservation',
  'CancelReservation',
  'GetReservation',
  'ListReservations',
] as const;

const SELF = { customerId: '' };

/** The product of a single-item request; undefined for carts and for possible retries. */
const firstWish = ({
  lines,
  idempotencyKey,
}: Pick<ReserveRequest, 'lines' | 'idempotencyKey'>): Wish | undefined =>
  lines.length === 1 && idempotencyKey === '' ? lines[0] : undefined;

export const createReservationApi = (options: {
  readonly target: string;
  /** The gateway's own token: a batch contains requests of many users. */
  readonly serviceToken: AuthApi['serviceToken'];
  readonly soldOut: SoldOutMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly batchMetrics: BatchMetrics;
  readonly tls?: MutualTls | undefined;
}): ReservationApi => {
  const { soldOut, clock, log } = options;
  const client = createClient(ReservationServiceClient, options.target, {
    serviceName: 'flashreserve.reservation.v1.ReservationService',
    idempotentMethods: IDEMPOTENT_METHODS,
    tls: options.tls,
  });
  const reserves = createBatchedCall<ReserveRequest, ReserveResponse>({
    method: 'BatchReserve',
    call: async (requests, call) => {
      const credential = await options.serviceToken(call.deadline);
      const { results } = await answerToGateway(
        'reservation',
        callUnary(client, 'batchReserve', { requests }, { ...call, ...credential }),
      );
      return results;
    },
    maxBatchSize: STOCK_LIMITS.batchEntriesMax,
    log,
    observe: options.batchMetrics('BatchReserve'),
  });
  const reservationOf = async (
    call: Promise<{ readonly reservation?: Reservation | undefined }>,
  ): Promise<Reservation> =>
    promised((await answerOf('reservation', call)).reservation, 'reservation');
  return {
    reserve: async (given, { deadline, requestId }) => {
      const wish = firstWish(given);
      const known = wish && soldOut.recall(wish);
      if (known !== undefined) throw known;
      const askedAt = clock.now();
      const request = { ...given, requestId: given.idempotencyKey === '' ? newId() : '' };
      try {
        const { reservation, replayed } = await answerOf(
          'reservation',
          reserves.submit({ request, requestId }, deadline),
        );
        if (wish !== undefined) soldOut.keep(wish, reservation, askedAt);
        return { reservation: promised(reservation, 'reservation'), replayed };
      } catch (error) {
        if (wish !== undefined) soldOut.keep(wish, error, askedAt);
        throw error;
      }
    },
    confirm: (reservationId, call) =>
      reservationOf(callUnary(client, 'confirmReservation', { ...SELF, reservationId }, call)),
    cancel: (reservationId, call) =>
      reservationOf(callUnary(client, 'cancelReservation', { ...SELF, reservationId }, call)),
    get: (reservationId, call) =>
      reservationOf(callUnary(client, 'getReservation', { ...SELF, reservationId }, call)),
    list: (request, call) =>
      answerOf('reservation', callUnary(client, 'listReservations', { ...SELF, ...request }, call)),
    drain: reserves.drain,
    close: () => {
      client.close();
    },
  };
};
