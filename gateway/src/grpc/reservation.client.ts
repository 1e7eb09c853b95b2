import {
  type ListReservationsRequest,
  type ListReservationsResponse,
  type Reservation,
  ReservationServiceClient,
  type ReserveRequest,
} from '@flashreserve/contracts/reservation';
import { callUnary, createClient, type UnaryCallOptions } from '@flashreserve/platform/grpc';
import { answerOf, promised } from './service-error';

/** Parameters without the customer: the gateway forwards the user's own token, and a user acts for itself. */
type ForSelf<Request> = Omit<Request, 'customerId'>;

/** What the gateway asks of reservation. Every function throws DomainError, the services' reasons unchanged. */
export interface ReservationApi {
  /** Safe to repeat only with an `idempotencyKey` or a `requestId`. */
  readonly reserve: (
    request: ForSelf<ReserveRequest>,
    call: UnaryCallOptions,
  ) => Promise<{ readonly reservation: Reservation; readonly replayed: boolean }>;
  readonly confirm: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  readonly cancel: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  readonly get: (reservationId: string, call: UnaryCallOptions) => Promise<Reservation>;
  readonly list: (
    request: ForSelf<ListReservationsRequest>,
    call: UnaryCallOptions,
  ) => Promise<ListReservationsResponse>;
  readonly close: () => void;
}

/** All methods may be retried, because every Reserve of the gateway carries a key or a request id. */
const IDEMPOTENT_METHODS = [
  'Reserve',
  'ConfirmReservation',
  'CancelReservation',
  'GetReservation',
  'ListReservations',
] as const;

const SELF = { customerId: '' };

export const createReservationApi = (target: string): ReservationApi => {
  const client = createClient(ReservationServiceClient, target, {
    serviceName: 'flashreserve.reservation.v1.ReservationService',
    idempotentMethods: IDEMPOTENT_METHODS,
  });
  const reservationOf = async (
    call: Promise<{ readonly reservation?: Reservation | undefined }>,
  ): Promise<Reservation> =>
    promised((await answerOf('reservation', call)).reservation, 'reservation');
  return {
    reserve: async (request, call) => {
      const response = await answerOf(
        'reservation',
        callUnary(client, 'reserve', { ...SELF, ...request }, call),
      );
      return {
        reservation: promised(response.reservation, 'reservation'),
        replayed: response.replayed,
      };
    },
    confirm: (reservationId, call) =>
      reservationOf(callUnary(client, 'confirmReservation', { ...SELF, reservationId }, call)),
    cancel: (reservationId, call) =>
      reservationOf(callUnary(client, 'cancelReservation', { ...SELF, reservationId }, call)),
    get: (reservationId, call) =>
      reservationOf(callUnary(client, 'getReservation', { ...SELF, reservationId }, call)),
    list: (request, call) =>
      answerOf('reservation', callUnary(client, 'listReservations', { ...SELF, ...request }, call)),
    close: () => {
      client.close();
    },
  };
};
