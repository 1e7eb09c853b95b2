import { type FlashReserveClient, isProblem, type Reservation } from '@flashreserve/client';
import type { SaleClock } from './sale-clock';
import { countFailure, type Tally } from './tally';

export interface BuyerDeps {
  readonly client: FlashReserveClient;
  /** Of the shop, which takes back what buyers send back. */
  readonly backend: Pick<FlashReserveClient, 'reservations'>;
  readonly productId: string;
  readonly clock: SaleClock;
  readonly tally: Tally;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
}

/** What buyers do with their units; the remaining share lets them expire. */
const CONFIRM_SHARE = 0.6;
const CANCEL_SHARE = 0.2;
/** The first buyer who confirms sends its unit back, and then every eighth. */
const SENT_BACK_EVERY = 8;
/** Every second unit that is sent back is broken. */
const BROKEN_EVERY = 2;
/** Delays in milliseconds: until buyers arrive (most of them at once), pay, and retry. */
const ARRIVAL_MEAN_MS = 1_500;
const PAYMENT_MS = { min: 300, max: 2_000 };
const RETRY_MS = { min: 400, max: 1_600 };

const between = ({ min, max }: { readonly min: number; readonly max: number }, random: number) =>
  min + random * (max - min);

/** Undefined if no unit was available. */
const reserve = async ({
  client,
  productId,
  tally,
}: BuyerDeps): Promise<Reservation | undefined> => {
  const begun = performance.now();
  try {
    const { reservation } = await client.reservations.reserve(productId);
    tally.units.reserved += 1;
    return reservation;
  } catch (error) {
    if (isProblem(error, 'OUT_OF_STOCK')) tally.refused += 1;
    else countFailure(tally, error);
    return undefined;
  } finally {
    tally.answerTimesMs.push(performance.now() - begun);
  }
};

/** Decides by the number of units before, so that even a short sale has a return. */
const isSentBack = ({ units }: Tally): boolean => units.confirmed % SENT_BACK_EVERY === 1;

/** The shop takes a unit back, to sell it again or to write it off. */
const takeBack = async ({ backend, tally }: BuyerDeps, reservationId: string): Promise<void> => {
  const { units } = tally;
  const count = Math.ceil(units.confirmed / SENT_BACK_EVERY);
  const restock = count % BROKEN_EVERY !== 0;
  try {
    const reason = restock ? 'Changed its mind' : 'Arrived broken';
    await backend.reservations.return(reservationId, { restock, reason });
    if (restock) units.restocked += 1;
    else units.writtenOff += 1;
  } catch (error) {
    tally.perhapsReturned += 1;
    countFailure(tally, error);
  }
};

/** Whether the buyer has its unit or has left. */
const decide = async (
  deps: BuyerDeps,
  { reservationId, expiresAt }: Reservation,
): Promise<boolean> => {
  const { client, clock, tally, random } = deps;
  const mood = random();
  if (mood >= CONFIRM_SHARE + CANCEL_SHARE) {
    tally.units.leftAlone += 1;
    tally.lastExpiryAt = Math.max(tally.lastExpiryAt, Date.parse(expiresAt));
    return true;
  }
  await clock.pause(between(PAYMENT_MS, random()));
  try {
    if (mood < CONFIRM_SHARE) {
      await client.reservations.confirm(reservationId);
      tally.units.confirmed += 1;
      if (isSentBack(tally)) await takeBack(deps, reservationId);
      return true;
    }
    await client.reservations.cancel(reservationId);
    tally.units.cancelled += 1;
  } catch (error) {
    countFailure(tally, error);
  }
  return false;
};

/** One buyer's sale: tries to reserve a unit until it has one, has left, or the sale is over. */
export const shopAround = async (deps: BuyerDeps): Promise<void> => {
  const { clock, random } = deps;
  await clock.pause(-Math.log(1 - random()) * ARRIVAL_MEAN_MS);
  while (!clock.isOver()) {
    const reservation = await reserve(deps);
    if (reservation !== undefined && (await decide(deps, reservation))) return;
    await clock.pause(between(RETRY_MS, random()));
  }
};
