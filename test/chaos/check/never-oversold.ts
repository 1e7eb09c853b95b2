import { type Attempt, clockTolerance, type Facts, type HistoryFacts, type Story } from './facts';
import { adjustmentOutcomes } from './ledger';
import { unitsByProduct } from './lines';
import { type InvariantResult, judgeEach } from './verdict';

/** Units that were certainly taken from `from` until `until`, from the clients' view. */
interface Claim {
  readonly productId: string;
  readonly units: number;
  readonly from: number;
  readonly until: number;
}

/**
 * Units of a confirmed reservation are taken until a return may put some of them on sale again.
 * Those of another one are certainly held from
 * the response until the reservation may have ended: when it is due, or when its first cancellation
 * was sent.
 */
const claimsOf = (story: Story, tolerance: number): readonly Claim[] => {
  const made = story.acknowledgements.find(({ status }) => status === 201);
  const told = made ?? story.acknowledgements[0];
  if (told === undefined) return [];
  const isSold = story.sightings.some(
    ({ status }) => status === 'CONFIRMED' || status === 'RETURNED',
  );
  // A replay may return a reservation that has already ended; only the first response proves that
  // it holds units.
  if (made === undefined && !isSold) return [];
  const firstOf = (attempts: readonly Attempt[]): number =>
    attempts.reduce((first, { sentAt }) => Math.min(first, sentAt), Number.POSITIVE_INFINITY);
  const firstCancel = firstOf(story.attempts.filter(({ action }) => action === 'cancel'));
  const firstReturn = firstOf(
    story.attempts.filter(({ action, writeOff }) => action === 'return' && writeOff !== true),
  );
  const due = Date.parse(told.reservation.expiresAt) - tolerance;
  const until = isSold ? firstReturn : Math.min(due, firstCancel);
  return [...unitsByProduct(told.reservation.items)]
    .map(([productId, units]) => ({ productId, units, from: told.answeredAt, until }))
    .filter(({ from }) => from < until);
};

/**
 * The maximum number of units certainly taken at one moment. At the same moment, ends come before
 * starts.
 */
const findPeak = (claims: readonly Claim[]): { readonly units: number; readonly at: number } => {
  const steps = claims
    .flatMap(({ units, from, until }) => [
      { at: from, change: units },
      ...(Number.isFinite(until) ? [{ at: until, change: -units }] : []),
    ])
    .sort((a, b) => a.at - b.at || a.change - b.change);
  let units = 0;
  let peak = { units: 0, at: 0 };
  for (const { at, change } of steps) {
    units += change;
    if (units > peak.units) peak = { units, at };
  }
  return peak;
};

/** The maximum number of units that can have been stocked. */
const stockEverPutIn = (history: HistoryFacts): ReadonlyMap<string, number> => {
  const stock = new Map(history.products.map((product) => [product.productId, product.stock]));
  for (const { productId, delta, outcome } of adjustmentOutcomes(history)) {
    if (delta > 0 && outcome !== 'refused') {
      stock.set(productId, (stock.get(productId) ?? 0) + delta);
    }
  }
  return stock;
};

/** Clients together never certainly had more units of a product than were ever stocked. */
export const checkNeverOversold = ({ history }: Facts): InvariantResult => {
  const tolerance = clockTolerance(history);
  const stock = stockEverPutIn(history);
  const claims = new Map<string, Claim[]>([...stock.keys()].map((productId) => [productId, []]));
  for (const story of history.stories.values()) {
    for (const claim of claimsOf(story, tolerance)) {
      const known = claims.get(claim.productId);
      if (known === undefined) claims.set(claim.productId, [claim]);
      else known.push(claim);
    }
  }
  return judgeEach('never oversold, seen from outside', claims, ([productId, ofProduct]) => {
    const { units, at } = findPeak(ofProduct);
    const most = stock.get(productId) ?? 0;
    return units > most
      ? [
          `product ${productId}: ${units} units taken at ${new Date(at).toISOString()}, only ${most} ever put in`,
        ]
      : [];
  });
};
