/** One customer, with one idempotency key. */
export interface Customer {
  /** Units wanted of each product. */
  readonly lines: readonly number[];
  /** Reserve calls that may be under way at once; each may be made again and again, always with the same key. */
  readonly calls: number;
  readonly confirms?: boolean;
  readonly cancels?: boolean;
  /** Confirms and cancels by a guessed id, before anybody answered that there is a reservation. */
  readonly guessesId?: boolean;
}

/** One change of the first product's stock by an administrator, with one request id. */
export interface Adjustment {
  /** Units added or, below zero, taken away. */
  readonly delta: number;
  /** AdjustStock calls that may be under way at once; each may be made again and again. */
  readonly calls: number;
}

/** What takes part in one exploration. */
export interface Scenario {
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** Units of each product. */
  readonly stock: readonly number[];
  readonly customers: readonly Customer[];
  readonly adjustments?: readonly Adjustment[];
  /** Batches that expiry workers have under way at once, from the queue or from a sweep. */
  readonly workers: number;
  /** Ticks between a Reserve call and the end of its hold. */
  readonly ttl: number;
  /** The last tick. What starts then still gets a hold of full length. */
  readonly timeMax: number;
  /** Ticks by which catalog's clock is ahead (below zero: behind) while it is wrong, which begins and ends at any time. */
  readonly catalogJumps?: number;
}
