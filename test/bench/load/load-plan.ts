import type { OpenOutcome, OpenPlan } from './open-plan';

/** The requests of a run. */
export type Requests =
  | {
      /**
       * Each buyer in turn reserves one unit; buyers and products are distributed over the
       * connections.
       */
      readonly kind: 'reserve';
      readonly productIds: readonly string[];
      /** Each request gets a unique key with this prefix. */
      readonly keyPrefix?: string;
      /** Requests to prepare for all connections together; by default one per buyer. */
      readonly count?: number;
    }
  | {
      /**
       * Like `reserve`, and each buyer confirms the reservation immediately. Both requests count as
       * one, with the duration of both and the status of the last that was sent.
       */
      readonly kind: 'checkout';
      readonly productIds: readonly string[];
    }
  | { readonly kind: 'confirm'; readonly reservations: readonly MadeReservation[] }
  | { readonly kind: 'get'; readonly path: string };

/** A reservation and the index of the buyer who made it. */
export interface MadeReservation {
  readonly reservationId: string;
  readonly buyer: number;
}

/** One run of the load generator in which each connection waits for its responses. */
export interface LoadPlan {
  readonly url: string;
  readonly connections: number;
  /**
   * For this duration, repeating the prepared requests unless `atMostOnce` is set; or each of them
   * once, however long it takes.
   */
  readonly until: { readonly seconds: number; readonly atMostOnce?: true } | 'once';
  readonly requests: Requests;
  /** Collects the reservations; takes time, so not while measuring. */
  readonly collect?: boolean;
}

/** The clients' results. */
export interface LoadOutcome {
  /** From the first request to the last response. */
  readonly seconds: number;
  /** Number of responses per status code. */
  readonly answers: Readonly<Record<string, number>>;
  /** From writing the request to the end of the response. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Broken connections and timeouts. */
  readonly errors: number;
  /** Seconds from the first request to the first and the last response of each status code. */
  readonly firstAt: Readonly<Record<string, number>>;
  readonly lastAt: Readonly<Record<string, number>>;
  readonly made: readonly MadeReservation[];
}

/** Messages from the benchmark to the load generator. */
export type LoadRequest =
  | { readonly kind: 'buyers'; readonly tokens: readonly string[] }
  | { readonly kind: 'run'; readonly plan: LoadPlan }
  | { readonly kind: 'run-open'; readonly plan: OpenPlan }
  /** Ends the run early; the reply is that of the run itself. */
  | { readonly kind: 'halt' };

/** Messages from the load generator to the benchmark. */
export type LoadReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly outcome: LoadOutcome }
  | { readonly kind: 'open-done'; readonly outcome: OpenOutcome }
  | { readonly kind: 'failed'; readonly message: string };
