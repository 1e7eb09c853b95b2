import type { FlashReserveClient, Product } from '@flashreserve/client';
import type { Shop } from '../shop/find-shop';
import { logInAsAdmin } from '../shop/log-in';
import { countOf, countOfAre } from '../words';
import { shopAround } from './buyer';
import { waitForUnits } from './come-back';
import type { DemoOptions } from './options';
import { readSettled } from './read-settled';
import { renderProgress } from './render-progress';
import { isBookedAsTold, renderSummary } from './render-summary';
import { createSaleClock, type SaleClock } from './sale-clock';
import { signUp } from './sign-up';
import { takeOffSale } from './take-off-sale';
import { createTally, type Tally } from './tally';
import type { Terminal } from './terminal';

export interface DemoDeps {
  readonly shop: Shop;
  readonly options: Omit<DemoOptions, 'url'>;
  readonly terminal: Terminal;
  /** Closes the sale early; the summary is still printed. */
  readonly signal: AbortSignal;
  /** How long past its expiry a hold may still be held. */
  readonly graceMs: number;
}

export interface DemoResult {
  readonly tally: Tally;
  readonly product: Product;
  /** Whether the units booked as sold equal those confirmed to buyers. */
  readonly asTold: boolean;
}

const SHOW_INTERVAL_MS = 250;
const AHEAD = {
  name: 'Comet racing bicycle',
  price: 999,
  description: 'For the demonstration sale.',
};

/** Shows the progress until the sale is over. */
const watch = async (
  client: FlashReserveClient,
  sale: { readonly productId: string; readonly clock: SaleClock; readonly tally: Tally },
  terminal: Terminal,
): Promise<void> => {
  const { productId, clock, tally } = sale;
  while (!clock.isOver()) {
    const product = await client.products.get(productId).catch(() => undefined);
    if (product !== undefined) terminal.show(renderProgress(product, tally, clock.leftMs()));
    await clock.pause(SHOW_INTERVAL_MS);
  }
};

/** Runs a sale with simulated buyers on a running stack, and prints a summary. */
export const runDemo = async (deps: DemoDeps): Promise<DemoResult> => {
  const { shop, options, terminal, signal, graceMs } = deps;
  const { buyers, units, seconds, wait } = options;
  const admin = await logInAsAdmin(shop);
  const { productId } = await admin.products.create({ ...AHEAD, initialQuantity: units });
  const clients = await signUp(shop.baseUrl, buyers, (done) => {
    terminal.show(`Buyers sign up: ${done} of ${buyers} ...`);
  });
  terminal.say(
    `${countOfAre(buyers, 'buyer')} ready for ${countOf(units, 'unit')}. Watch: ${shop.baseUrl}/live`,
  );

  const tally = createTally();
  const clock = createSaleClock(seconds, signal);
  const shopping = clients.map((client) =>
    shopAround({ client, backend: admin, productId, clock, tally, random: Math.random }),
  );
  await Promise.all([...shopping, watch(admin, { productId, clock, tally }, terminal)]);
  terminal.say('The sale is over.');

  await waitForUnits({ client: admin, productId, tally, terminal, signal, wait, graceMs });
  const product = await readSettled({ client: admin, productId, tally, signal });
  terminal.say(renderSummary(tally, product, { buyers, seconds }));
  terminal.say(await takeOffSale(admin, productId));
  await Promise.all(
    [admin, ...clients].map((client) => client.auth.logout().catch(() => undefined)),
  );
  return { tally, product, asTold: isBookedAsTold(tally, product) };
};
