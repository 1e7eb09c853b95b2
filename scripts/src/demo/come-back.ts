import { setTimeout as pause } from 'node:timers/promises';
import type { FlashReserveClient } from '@flashreserve/client';
import { countOf, countOfAre, timeOfDay } from '../words';
import type { Tally } from './tally';
import type { Terminal } from './terminal';

/** Holds that expire within this time are awaited without `--wait`. */
const PATIENCE_MS = 45_000;
const POLL_MS = 500;
/** The units of a sale are shown as held until it is settled, moments after its confirmation. */
const SETTLED_WITHIN_MS = 5_000;

export interface ComeBackDeps {
  readonly client: Pick<FlashReserveClient, 'products'>;
  readonly productId: string;
  readonly tally: Tally;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Wait however long it takes. */
  readonly wait: boolean;
  /** How long past its expiry a hold may still be held: a sweep interval and a margin. */
  readonly graceMs: number;
}

/**
 * Reports when abandoned units are on sale again, and waits for them if that is soon or requested.
 */
export const waitForUnits = async (deps: ComeBackDeps): Promise<void> => {
  const { client, productId, tally, terminal, signal, wait, graceMs } = deps;
  const held = async (): Promise<number> =>
    (await client.products.get(productId, { fresh: true })).heldQuantity;
  let units = await held();
  const giveUpAt = Date.now() + SETTLED_WITHIN_MS;
  while (units > 0 && tally.lastExpiryAt === 0 && Date.now() < giveUpAt && !signal.aborted) {
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    units = await held();
  }
  if (units === 0 || tally.lastExpiryAt === 0) return;
  const left = (): number => tally.lastExpiryAt - Date.now();
  const at = timeOfDay(new Date(tally.lastExpiryAt));
  terminal.say(
    `${countOf(units, 'unit')} ${units === 1 ? 'was' : 'were'} abandoned. The last of them is on sale again at ${at}, in ${Math.max(0, Math.ceil(left() / 1_000))} s.`,
  );
  if (left() > PATIENCE_MS && !wait) {
    terminal.say(
      'The demo does not wait for them without --wait. `npm run audit` can run at any time.',
    );
    return;
  }
  while (units > 0 && left() > -graceMs && !signal.aborted) {
    terminal.show(
      `Waiting for ${countOf(units, 'unit')}, ${Math.max(0, Math.ceil(left() / 1_000))} s ...`,
    );
    // Rejects when it is aborted, which ends the loop.
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    units = await held();
  }
  terminal.say(
    units === 0 ? 'All of them are back on sale.' : `${countOfAre(units, 'unit')} still held.`,
  );
};
