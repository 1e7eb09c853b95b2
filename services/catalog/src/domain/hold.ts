import { areSameLines, type StockLine } from './stock-line';

/** HELD is left once, for one of the other two. */
export type HoldState = 'HELD' | 'SOLD' | 'RELEASED';

export type SettledState = Exclude<HoldState, 'HELD'>;

/** What a caller asks to be kept. The lines are as `sumLines` makes them. */
export interface HoldRequest {
  readonly reservationId: string;
  readonly customerId: string;
  readonly lines: readonly StockLine[];
  /** When the reservation is due to expire, by the clock of who asks. */
  readonly expireTime: Date;
  /** How long the reservation lasts, in milliseconds; undefined when the caller did not say. */
  readonly holdMs?: number | undefined;
}

/** Units kept for one reservation. Holds are never deleted: they are the ledger that stock is checked against. */
export interface Hold extends HoldRequest {
  readonly state: HoldState;
  /** From then on the sweep looks after it. By the clock of this service, as all times here but `expireTime`. */
  readonly overdueTime: Date;
  readonly createTime: Date;
  /** When HELD was left. */
  readonly settleTime?: Date;
}

/** True when the request is a repeat of the one that made the hold. A later `expireTime` does not matter. */
export const isRepeatOf = (hold: Hold, request: HoldRequest): boolean =>
  hold.customerId === request.customerId && areSameLines(hold.lines, request.lines);

/**
 * When a hold that is taken now is over by the clock of this service. From the duration if there is one, so that times
 * of two clocks are never compared.
 */
export const overdueTimeOf = ({ expireTime, holdMs }: HoldRequest, now: Date): Date =>
  holdMs === undefined ? expireTime : new Date(now.getTime() + holdMs);
