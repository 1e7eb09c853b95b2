import { homeProductOf, STOCK_LIMITS } from '@flashreserve/contracts';
import {
  type ExtendReservationRequest,
  type ListReservationsRequest,
  type ListReservationsResponse,
  type Reservation,
  ReservationServiceClient,
  type ReserveRequest,
  type ReserveResponse,
  type ResolveRequest,
  type ResolveResponse,
  type ReturnReservationRequest,
} from '@flashreserve/contracts/reservation';
import { type Logger, newId } from '@flashreserve/ops';
import {
  type BatchMetrics,
  callUnary,
  createBatchedCall,
  createClient,
  type DomainError,
  homesOf,
  type MutualTls,
  type UnaryCallOptions,
} from '@flashreserve/rpc';
import type { AuthApi } from './auth.client';
import { answerOf, answerToGateway, promised } from './service-error';
import type { SoldOutMemory, Wish } from './sold-out-memory';

/** A reservation as a caller, whom the gateway has authenticated, refers to it. */
export interface AddressedReservation {
  /** Its owner; undefined for an API client, which acts for every customer. */
  readonly customerId: string | undefined;
  readonly reservationId: string;
}

/** Options of a request that shares its gRPC call with others. */
export interface SharedCall {
  readonly deadline: Date;
  readonly requestId: string;
}

/** The gateway's client of reservation. Every function throws DomainError, reasons unchanged. */
export interface ReservationApi {
  /**
   * A recent "sold out" that answers this request, at most `SOLD_OUT_REUSE_MS` old. Undefined, and
   * then `reserve` must follow, for all other requests, and always for those with an
   * `idempotencyKey`: a retry must get the result of the first attempt.
   */
  readonly recallSoldOut: (
    request: Pick<ReserveRequest, 'lines' | 'idempotencyKey'>,
  ) => DomainError | undefined;
  /**
   * Reserves for the customer that the request names, whom the gateway has authenticated. Without
   * an `idempotencyKey` each call is a new reservation; gRPC retries are still safe. May reject
   * with the "sold out" of another request, as `recallSoldOut`.
   */
  readonly reserve: (
    request: Omit<ReserveRequest, 'requestId'>,
    call: SharedCall,
  ) => Promise<{ readonly reservation: Reservation; readonly replayed: boolean }>;
  readonly confirm: (addressed: AddressedReservation, call: SharedCall) => Promise<Reservation>;
  readonly cancel: (addressed: AddressedReservation, call: SharedCall) => Promise<Reservation>;
  /** For administrators and API clients: the reservation of any customer. */
  readonly extend: (
    request: Pick<ExtendReservationRequest, 'reservationId' | 'seconds' | 'requestId'>,
    call: UnaryCallOptions,
  ) => Promise<Reservation>;
  /** For administrators and API clients: sells again what has expired. */
  readonly revive: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  /**
   * For administrators and API clients: takes back sold units. Without an `idempotencyKey` each
   * call is another return; gRPC retries are still safe.
   */
  readonly return: (
    request: Omit<ReturnReservationRequest, 'customerId' | 'requestId'>,
    call: UnaryCallOptions,
  ) => Promise<{ readonly reservation: Reservation; readonly replayed: boolean }>;
  /** A user's own reservation or, with the token of an API client, anybody's. */
  readonly get: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  /** Users leave `customerId` empty: their token says who they are. */
  readonly list: (
    request: ListReservationsRequest,
    call: UnaryCallOptions,
  ) => Promise<ListReservationsResponse>;
  /** Stops accepting shared calls; resolves once every accepted one has settled. */
  readonly drain: () => Promise<void>;
  readonly close: () => void;
}

/** All methods are safe to retry: what is not so by itself carries a key or a request id. */
const IDEMPOTENT_METHODS = [
  'BatchReserve',
  'BatchResolve',
  'ExtendReservation',
  'ReviveReservation',
  'ReturnReservation',
  'GetReservation',
  'ListReservations',
] as const;

/**
 * Longer than reservation waits for catalog: by then it has moved on to another catalog and
 * answers. Short enough that products of a hanging reservation move within a second.
 */
const SILENT_AFTER_MS = 900;

/**
 * Clients that were answered together send their next requests together, too, within about this
 * time. With 64 clients that reserve and confirm, it makes the batches larger and saves 7 % CPU.
 */
const GATHER_MS = 2;

const SELF = { customerId: '' };

/** The product of a single-item request; undefined for carts and for possible retries. */
const firstWish = ({
  lines,
  idempotencyKey,
}: Pick<ReserveRequest, 'lines' | 'idempotencyKey'>): Wish | undefined =>
  lines.length === 1 && idempotencyKey === '' ? lines[0] : undefined;

const reservationOf = async (
  call: Promise<{ readonly reservation?: Reservation | undefined }>,
): Promise<Reservation> =>
  promised((await answerOf('reservation', call)).reservation, 'reservation');

const createManagedCalls = (
  client: ReservationServiceClient,
): Pick<ReservationApi, 'extend' | 'revive' | 'return'> => ({
  extend: (request, call) =>
    reservationOf(callUnary(client, 'extendReservation', { ...SELF, ...request }, call)),
  revive: (reservationId, call) =>
    reservationOf(callUnary(client, 'reviveReservation', { ...SELF, reservationId }, call)),
  return: async (given, call) => {
    const requestId = given.idempotencyKey === '' ? newId() : '';
    const { reservation, replayed } = await answerOf(
      'reservation',
      callUnary(client, 'returnReservation', { ...SELF, ...given, requestId }, call),
    );
    return { reservation: promised(reservation, 'reservation'), replayed };
  },
});

export const createReservationApi = (options: {
  readonly target: string;
  /** The gateway's own token: a batch contains requests of many users. */
  readonly serviceToken: AuthApi['serviceToken'];
  readonly soldOut: SoldOutMemory;
  readonly log: Logger;
  readonly batchMetrics: BatchMetrics;
  readonly tls?: MutualTls | undefined;
}): ReservationApi => {
  const { soldOut, log } = options;
  const client = createClient(ReservationServiceClient, options.target, {
    serviceName: 'flashreserve.reservation.v1.ReservationService',
    idempotentMethods: IDEMPOTENT_METHODS,
    silentAfterMs: SILENT_AFTER_MS,
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
    byHome: { homes: homesOf(client), keyOf: ({ lines }) => homeProductOf(lines) },
    maxBatchSize: STOCK_LIMITS.batchEntriesMax,
    gatherMs: GATHER_MS,
    log,
    observe: options.batchMetrics('BatchReserve'),
  });
  const resolutions = createBatchedCall<ResolveRequest, ResolveResponse>({
    method: 'BatchResolve',
    call: async (requests, call) => {
      const credential = await options.serviceToken(call.deadline);
      const { results } = await answerToGateway(
        'reservation',
        callUnary(client, 'batchResolve', { requests }, { ...call, ...credential }),
      );
      return results;
    },
    maxBatchSize: STOCK_LIMITS.batchEntriesMax,
    gatherMs: GATHER_MS,
    log,
    observe: options.batchMetrics('BatchResolve'),
  });
  const resolve =
    ($case: 'confirm' | 'cancel') =>
    (
      { reservationId, customerId }: AddressedReservation,
      { requestId, deadline }: SharedCall,
    ): Promise<Reservation> => {
      const action = { $case, value: { reservationId, customerId: customerId ?? '' } };
      const request = { action, anyCustomer: customerId === undefined };
      return reservationOf(resolutions.submit({ request, requestId }, deadline));
    };
  const sendReserve = async (given: Omit<ReserveRequest, 'requestId'>, call: SharedCall) => {
    const request = { requestId: given.idempotencyKey === '' ? newId() : '', ...given };
    const { deadline, requestId } = call;
    const { reservation, replayed } = await answerOf(
      'reservation',
      reserves.submit({ request, requestId }, deadline),
    );
    return { reservation: promised(reservation, 'reservation'), replayed };
  };
  return {
    recallSoldOut: (request) => {
      const wish = firstWish(request);
      return wish && soldOut.recall(wish);
    },
    reserve: (given, call) => {
      const wish = firstWish(given);
      if (wish === undefined) return sendReserve(given, call);
      return soldOut.ask(wish, () => sendReserve(given, call));
    },
    confirm: resolve('confirm'),
    cancel: resolve('cancel'),
    ...createManagedCalls(client),
    get: (reservationId, call) =>
      reservationOf(callUnary(client, 'getReservation', { ...SELF, reservationId }, call)),
    list: (request, call) =>
      answerOf('reservation', callUnary(client, 'listReservations', request, call)),
    drain: async () => {
      await Promise.all([reserves.drain(), resolutions.drain()]);
    },
    close: () => {
      client.close();
    },
  };
};
