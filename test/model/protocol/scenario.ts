/** One return of a customer's reservation by a backend, with one key. */
export interface WantedReturn {
  /** Units of each product, or all that are left. */
  readonly lines: readonly number[] | 'all';
  /** The units are not on sale again. */
  readonly writeOff?: boolean;
  /** Maximum Return calls in flight; each may be repeated, always with the same key. */
  readonly calls: number;
}

/** One customer, with one idempotency key. */
export interface Customer {
  /** Requested units of each product. */
  readonly lines: readonly number[];
  /** Maximum Reserve calls in flight; each may be repeated, always with the same key. */
  readonly calls: number;
  readonly confirms?: boolean;
  readonly cancels?: boolean;
  /** A backend confirms its reservation, also in the payment grace. */
  readonly backendConfirms?: boolean;
  /** A backend revives its reservation once it has expired. */
  readonly revived?: boolean;
  /** A backend extends its reservation, up to a tick past the first expiry. */
  readonly extended?: boolean;
  /** A backend returns units of its reservation. */
  readonly returns?: readonly WantedReturn[];
  /** Confirms and cancels with a guessed id, before any response has returned it. */
  readonly guessesId?: boolean;
}

/** One change of the first product's stock by an administrator, with one request id. */
export interface Adjustment {
  /** Units added, or removed if negative. */
  readonly delta: number;
  /** Maximum AdjustStock calls in flight; each may be repeated. */
  readonly calls: number;
}

/** The participants of one exploration. */
export interface Scenario {
  readonly name: string;
  /** One line of description. */
  readonly about: string;
  /** Units of each product. */
  readonly stock: readonly number[];
  readonly customers: readonly Customer[];
  readonly adjustments?: readonly Adjustment[];
  /** Batches of expiry workers in flight, from the queue or from a sweep. */
  readonly workers: number;
  /** Ticks between a Reserve call and the expiry of its hold. */
  readonly ttl: number;
  /** Ticks of the payment grace, after which the units go back. */
  readonly grace?: number;
  /** The last tick. A hold that starts then still gets its full length. */
  readonly timeMax: number;
  /**
   * Ticks by which catalog's clock is ahead (negative: behind) while it is wrong, which starts and
   * ends at any time.
   */
  readonly catalogJumps?: number;
  /** Old holds are folded, and old holds and reservations deleted, see retention.ts. */
  readonly retention?: true;
}

/** Ticks between a Reserve call and the time at which its units go back. */
export const holdTicks = ({ ttl, grace = 0 }: Scenario): number => ttl + grace;
