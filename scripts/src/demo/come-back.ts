import type { FlashReserveClient } from '@flashreserve/client';
import { countOf, countOfAre, timeOfDay } from '../words';
import { pause } from './pause';
import type { Tally } from './tally';
import type { Terminal } from './terminal';

/** Holds that end within this time are waited for without being asked. */
const PATIENCE_MS = 45_000;
const POLL_MS = 500;

export interface ComeBackDeps {
  readonly client: Pick<FlashReserveClient, 'products'>;
  readonly productId: string;
  readonly tally: Tally;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** However long it takes. */
  readonly wait: boolean;
  /** How long after its end a hold may still be held: a sweep, and a little. */
  readonly graceMs: number;
}

/** Says when the units that were left alone are on sale again, and waits for them where that is soon or wished. */
export const waitForUnits = async (deps: ComeBackDeps): Promise<void> => {
  const { client, productId, tally, terminal, signal, wait, graceMs } = deps;
  const held = async (): Promise<number> => (await client.products.get(productId)).heldQuantity;
  let units = await held();
  if (units === 0 || tally.lastExpiryAt === 0) return;
  const left = (): number => tally.lastExpiryAt - Date.now();
  const at = timeOfDay(new Date(tally.lastExpiryAt));
  terminal.say(
    `${countOf(units, 'unit')} ${units === 1 ? 'was' : 'were'} left alone. The last of them is on sale again at ${at}, in ${Math.max(0, Math.ceil(left() / 1_000))} s.`,
  );
  if (left() > PATIENCE_MS && !wait) {
    terminal.say('This does not wait for them; --wait does. `npm run audit` may run at any time.');
    return;
  }
  while (units > 0 && left() > -graceMs && !signal.aborted) {
    terminal.show(
      `Waiting for ${countOf(units, 'unit')}, ${Math.max(0, Math.ceil(left() / 1_000))} s ...`,
    );
    await pause(POLL_MS, signal);
    units = await held();
  }
  terminal.say(
    units === 0 ? 'All of them are back on sale.' : `${countOfAre(units, 'unit')} still held.`,
  );
};
