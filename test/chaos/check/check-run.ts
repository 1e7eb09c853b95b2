import { readHistory } from '../history/history';
import { checkAtRest } from './at-rest';
import { countRun } from './count-calls';
import { checkExpiryOnTime } from './expiry-on-time';
import type { Facts } from './facts';
import { gatherFacts } from './gather-facts';
import { checkKeys } from './keys';
import { checkNeverOversold } from './never-oversold';
import { checkOneResolution } from './one-resolution';
import { checkOneReturn } from './one-return';
import { checkOutcomesKept } from './outcomes-kept';
import { checkProductsAsAcknowledged } from './products-as-acknowledged';
import { readStore } from './read-store';
import { checkReservationsExist } from './reservations-exist';
import { checkReturnsKept } from './returns-kept';
import { checkStockAddsUp } from './stock-adds-up';
import type { InvariantResult, Verdict } from './verdict';

export type { Counts, InvariantResult, Verdict } from './verdict';

const INVARIANTS: readonly ((facts: Facts) => InvariantResult)[] = [
  checkStockAddsUp,
  checkOneReturn,
  checkProductsAsAcknowledged,
  checkNeverOversold,
  checkReservationsExist,
  checkOutcomesKept,
  checkReturnsKept,
  checkOneResolution,
  checkExpiryOnTime,
  checkKeys,
  checkAtRest,
];

/** Checks every invariant, in report order. */
export const checkInvariants = (facts: Facts): readonly InvariantResult[] =>
  INVARIANTS.map((check) => check(facts));

export interface CheckOptions {
  readonly historyFile: string;
  readonly mongoUri: string;
  /** MONGO_DB_PREFIX of the stack. */
  readonly dbPrefix: string;
}

/**
 * Compares the clients' responses with the stores. Shares no code with the services, so that a bug
 * of theirs cannot hide itself. Must be called after the run, when its processes are idle or
 * stopped.
 *
 * @throws Error if the history is truncated or the stores cannot be read
 */
export const checkRun = async ({
  historyFile,
  mongoUri,
  dbPrefix,
}: CheckOptions): Promise<Verdict> => {
  const { history, calls } = await gatherFacts(readHistory(historyFile));
  const store = await readStore(mongoUri, dbPrefix);
  const invariants = checkInvariants({ history, store });
  return {
    counts: countRun(history, calls),
    invariants,
    clean: invariants.every(({ violationsTotal }) => violationsTotal === 0),
  };
};
