/** What one connection after another asks for. */
export type Requests =
  | {
      /** Each buyer in turn reserves one unit; buyers and products are dealt out over the connections. */
      readonly kind: 'reserve';
      readonly productIds: readonly string[];
      /** With it every request carries a key of its own that starts like this. */
      readonly keyPrefix?: string;
      /** Requests to prepare for all connections together; as many as buyers unless told. */
      readonly count?: number;
    }
  | { readonly kind: 'confirm'; readonly reservations: readonly MadeReservation[] }
  | { readonly kind: 'get'; readonly path: string };

/** A reservation and the number of the buyer who made it. */
export interface MadeReservation {
  readonly reservationId: string;
  readonly buyer: number;
}

/** One run of the load generator. */
export interface LoadPlan {
  readonly url: string;
  readonly connections: number;
  /** Runs for so long, starting again after the last prepared request, or sends each of them once. */
  readonly until: { readonly seconds: number } | 'once';
  readonly requests: Requests;
  /** Collect the reservations that were made; costs time, so not while measuring. */
  readonly collect?: boolean;
}

/** What the clients saw. */
export interface LoadOutcome {
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Number of answers for each status code. */
  readonly answers: Readonly<Record<string, number>>;
  /** From writing the request to the end of the answer. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Broken connections and timeouts. */
  readonly errors: number;
  /** Seconds from the first request to the first answer of each status code, and to the last. */
  readonly firstAt: Readonly<Record<string, number>>;
  readonly lastAt: Readonly<Record<string, number>>;
  readonly made: readonly MadeReservation[];
}

/** From the benchmark to the load generator. */
export type LoadRequest =
  | { readonly kind: 'buyers'; readonly tokens: readonly string[] }
  | { readonly kind: 'run'; readonly plan: LoadPlan }
  /** Ends the run early; only the run itself is answered. */
  | { readonly kind: 'halt' };

/** From the load generator to the benchmark. */
export type LoadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly outcome: LoadOutcome }
  | { readonly kind: 'failed'; readonly message: string };
