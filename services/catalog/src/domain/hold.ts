import { areSameLines, type StockLine } from './stock-line';

/** HELD is left once, for one of the other two. */
export type HoldState = 'HELD' | 'SOLD' | 'RELEASED';

export type SettledState = Exclude<HoldState, 'HELD'>;

/** What a caller asks to be kept. The lines are as `sumLines` makes them. */
export interface HoldRequest {
  readonly reservationId: string;
  readonly customerId: string;
  readonly lines: readonly StockLine[];
  /** When the reservation is due to expire. */
  readonly expireTime: Date;
}

/** Units kept for one reservation. Holds are never deleted: they are the ledger that stock is checked against. */
export interface Hold extends HoldRequest {
  readonly state: HoldState;
  readonly createTime: Date;
  /** When HELD was left. */
  readonly settleTime?: Date;
}

/** True when the request is a repeat of the one that made the hold. A later `expireTime` does not matter. */
export const isRepeatOf = (hold: Hold, request: HoldRequest): boolean =>
  hold.customerId === request.customerId && areSameLines(hold.lines, request.lines);
