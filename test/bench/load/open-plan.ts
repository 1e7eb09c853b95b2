import type { LoadOutcome, MadeReservation } from './load-plan';

/** The requests of a sale day. */
export type SaleRequest = 'list' | 'reserve' | 'confirm' | 'cancel';

/**
 * One run with a fixed rate: every request has its time, whether or not earlier ones have been
 * answered.
 */
export interface OpenPlan {
  readonly url: string;
  /** A request that finds all of them in use waits, and its wait counts. */
  readonly connections: number;
  readonly ratePerSecond: number;
  readonly seconds: number;
  /** Of each hundred or so requests. */
  readonly shares: Readonly<Record<SaleRequest, number>>;
  readonly listPath: string;
  /** Reserved in turn. */
  readonly productIds: readonly string[];
  /**
   * Reservations that are confirmed and cancelled first; afterwards those of the run, the oldest
   * first.
   */
  readonly reservations: readonly MadeReservation[];
}

/** The results, with latencies from when a request was due. */
export interface OpenOutcome extends LoadOutcome {
  /**
   * Requests that were never sent: the system was too slow, or no reservation was left to confirm
   * or cancel.
   */
  readonly unsent: number;
  /** The same by request; seconds from the start of the run. */
  readonly ofRequests: Readonly<Record<SaleRequest, LoadOutcome>>;
}
