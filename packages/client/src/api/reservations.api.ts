import { ReservationEndedError } from '../errors';
import type {
  NewReservation,
  NewReservationReturn,
  operations,
  Reservation,
  ReservationPage,
} from '../gen/openapi';
import { attemptsOf } from '../transport/answer';
import type { CallOptions } from '../transport/budget';
import { type ApiDeps, dataOf, type KeyOptions, keyHeader, throughPages } from './api';

export type ReservationQuery = NonNullable<operations['listReservations']['parameters']['query']>;

export interface Reserved {
  /**
   * `PENDING`, or `CONFIRMED` if an earlier request with the same key created it and it has been
   * confirmed since.
   */
  readonly reservation: Reservation;
  /**
   * True if an earlier request with the same key created it, including an attempt of this call
   * whose response was lost.
   */
  readonly replayed: boolean;
  readonly idempotencyKey: string;
}

/** Options of calls that reserve. */
export interface ReserveOptions
  extends KeyOptions,
    Pick<NewReservation, 'metadata' | 'externalReference'> {
  /** The customer that an API client acts for: required for API clients, forbidden for users. */
  readonly customerId?: string | undefined;
  /** API clients only: how long the units are held, up to `MAX_HOLD_SECONDS` of the deployment. */
  readonly holdSeconds?: number | undefined;
}

/** The fields of a body that were given. */
const added = ({ metadata, externalReference }: ReserveOptions) => ({
  ...(metadata !== undefined && { metadata }),
  ...(externalReference !== undefined && { externalReference }),
});

/** The user's own reservations; those of any customer for an API client. */
export interface ReservationsApi {
  /**
   * Holds units of one product (default 1) until `expiresAt`, or rejects and holds nothing. Once it
   * resolves, the units are the user's.
   *
   * @throws ReservationEndedError when the key belongs to a reservation that has expired, or was
   *   cancelled or returned
   */
  readonly reserve: (
    productId: string,
    options?: ReserveOptions & { readonly quantity?: number },
  ) => Promise<Reserved>;
  /** Holds the units of all items or of none; otherwise like `reserve`. */
  readonly reserveCart: (
    items: readonly NewReservation['items'][number][],
    options?: ReserveOptions,
  ) => Promise<Reserved>;
  /**
   * Turns a pending reservation into a sale. Idempotent: a retry returns the same result, until all
   * of its units have been returned.
   */
  readonly confirm: (reservationId: string, options?: CallOptions) => Promise<Reservation>;
  /** Cancels a pending reservation. Idempotent: a retry returns the same result. */
  readonly cancel: (reservationId: string, options?: CallOptions) => Promise<Reservation>;
  /**
   * For administrators, and for API clients that pass their own access token. Moves the expiry of a
   * pending reservation forward by whole seconds. A retry with the key of an earlier extension
   * moves nothing.
   */
  readonly extend: (
    reservationId: string,
    seconds: number,
    options?: KeyOptions,
  ) => Promise<Reservation>;
  /**
   * For administrators and API clients: sells the units of an expired reservation again, if they
   * are there. Returns the confirmed reservation that replaces it. Idempotent.
   */
  readonly revive: (reservationId: string, options?: CallOptions) => Promise<Reservation>;
  /**
   * For administrators and API clients: returns units of a confirmed reservation, which go on sale
   * again or are written off. A retry with the key of an earlier return returns nothing more.
   */
  readonly return: (
    reservationId: string,
    returned: NewReservationReturn,
    options?: KeyOptions,
  ) => Promise<Reservation>;
  readonly get: (reservationId: string, options?: CallOptions) => Promise<Reservation>;
  readonly list: (query?: ReservationQuery, options?: CallOptions) => Promise<ReservationPage>;
  /** All reservations, newest first, fetched page by page. */
  readonly all: (
    query?: Omit<ReservationQuery, 'pageToken'>,
    options?: CallOptions,
  ) => AsyncGenerator<Reservation, void, undefined>;
}

/** Includes confirm, cancel and revive, which are idempotent by contract. */
const OWN = { access: 'user', repeatable: 'always' } as const;
const RESERVE = { access: 'user', repeatable: 'with-key' } as const;
const REPLAYED = 200;

const acting = ({ customerId, holdSeconds }: ReserveOptions) => ({
  ...(customerId !== undefined && { customerId }),
  ...(holdSeconds !== undefined && { holdSeconds }),
});

const hasEnded = ({ status }: Reservation): boolean =>
  status === 'EXPIRED' || status === 'CANCELLED' || status === 'RETURNED';

/** @throws ReservationEndedError */
const toReserved = (
  header: ReturnType<typeof keyHeader>,
  { data, response }: { readonly data?: Reservation | undefined; readonly response: Response },
): Reserved => {
  const reservation = data as Reservation;
  const idempotencyKey = header['Idempotency-Key'];
  if (hasEnded(reservation)) {
    throw new ReservationEndedError(reservation, {
      attempts: attemptsOf(response),
      idempotencyKey,
    });
  }
  return { reservation, replayed: response.status === REPLAYED, idempotencyKey };
};

export const createReservationsApi = ({ api, send }: ApiDeps): ReservationsApi => {
  const list: ReservationsApi['list'] = (query = {}, options) =>
    dataOf(api.GET('/reservations', { params: { query }, ...send(OWN, options) }));
  const of = (reservationId: string, options: CallOptions | undefined) => ({
    params: { path: { reservationId } },
    ...send(OWN, options),
  });
  return {
    reserve: async (productId, options = {}) => {
      const { quantity = 1 } = options;
      const header = keyHeader(options);
      return toReserved(
        header,
        await api.POST('/reservations/{id}', {
          params: { path: { id: productId }, header },
          body: { quantity, ...acting(options), ...added(options) },
          ...send(RESERVE, options),
        }),
      );
    },
    reserveCart: async (items, options = {}) => {
      const header = keyHeader(options);
      return toReserved(
        header,
        await api.POST('/reservations', {
          params: { header },
          body: { items: [...items], ...acting(options), ...added(options) },
          ...send(RESERVE, options),
        }),
      );
    },
    confirm: (reservationId, options) =>
      dataOf(api.POST('/reservations/{reservationId}/confirm', of(reservationId, options))),
    cancel: (reservationId, options) =>
      dataOf(api.POST('/reservations/{reservationId}/cancel', of(reservationId, options))),
    extend: async (reservationId, seconds, options = {}) =>
      dataOf(
        api.POST('/reservations/{reservationId}/extend', {
          params: { path: { reservationId }, header: keyHeader(options) },
          body: { seconds },
          ...send(RESERVE, options),
        }),
      ),
    revive: (reservationId, options) =>
      dataOf(api.POST('/reservations/{reservationId}/revive', of(reservationId, options))),
    return: async (reservationId, returned, options = {}) =>
      dataOf(
        api.POST('/reservations/{reservationId}/return', {
          params: { path: { reservationId }, header: keyHeader(options) },
          body: returned,
          ...send(RESERVE, options),
        }),
      ),
    get: (reservationId, options) =>
      dataOf(
        api.GET('/reservations/{id}', {
          params: { path: { id: reservationId } },
          ...send(OWN, options),
        }),
      ),
    list,
    all: (query, options) => throughPages((pageToken) => list({ ...query, pageToken }, options)),
  };
};
