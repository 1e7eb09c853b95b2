import { type FlashReserveClient, isProblem, type Reservation } from '@flashreserve/client';
import type { SaleClock } from './sale-clock';
import { countFailure, type Tally } from './tally';

export interface BuyerDeps {
  readonly client: FlashReserveClient;
  readonly productId: string;
  readonly clock: SaleClock;
  readonly tally: Tally;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
}

/** What buyers do with their units; the remaining share lets them expire. */
const CONFIRM_SHARE = 0.6;
const CANCEL_SHARE = 0.2;
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

/** Whether the buyer has its unit or has left. */
const decide = async (
  { client, clock, tally, random }: BuyerDeps,
  { reservationId, expiresAt }: Reservation,
): Promise<boolean> => {
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
