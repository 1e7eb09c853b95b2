import type { HoldReturn } from './hold-return';
import { areSameLines, type HeldLine, type StockLine } from './stock-line';

/** HELD changes exactly once, to SOLD or RELEASED. */
export type HoldState = 'HELD' | 'SOLD' | 'RELEASED';

export type SettledState = Exclude<HoldState, 'HELD'>;

/** The units that a caller requests. The lines are normalized by `sumLines`. */
export interface HoldRequest {
  readonly reservationId: string;
  readonly customerId: string;
  readonly lines: readonly StockLine[];
  /** When the reservation is due to expire, by the caller's clock. */
  readonly expiresAt: Date;
  /** How long the reservation lasts, in milliseconds; undefined if the caller did not set it. */
  readonly holdMs?: number | undefined;
}

/**
 * Units held for one reservation. The audit compares stock with the sums of holds, so a hold is
 * deleted only when its units are back on sale or in the stock ledger.
 */
export interface Hold extends HoldRequest {
  readonly lines: readonly HeldLine[];
  readonly state: HoldState;
  /**
   * When the hold becomes overdue and the sweep picks it up. By this service's clock, like all
   * times here except `expiresAt`.
   */
  readonly overdueAt: Date;
  readonly createdAt: Date;
  /** When the hold left HELD. */
  readonly settledAt?: Date;
  /** Of a SOLD hold, in the order in which they were made; absent if there are none. */
  readonly returns?: readonly HoldReturn[];
}

/** Whether the request is a retry of the one that created the hold. `expiresAt` may differ. */
export const isRepeatOf = (hold: Hold, request: HoldRequest): boolean =>
  hold.customerId === request.customerId && areSameLines(hold.lines, request.lines);

/**
 * When a hold taken now becomes overdue, by this service's clock. Derived from the duration if
 * there is one, so that times of two clocks are never compared.
 */
export const overdueAtOf = ({ expiresAt, holdMs }: HoldRequest, now: Date): Date =>
  holdMs === undefined ? expiresAt : new Date(now.getTime() + holdMs);
