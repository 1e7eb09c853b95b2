import { setTimeout as pause } from 'node:timers/promises';
import type { Recorder } from '../history/recorder';
import type { Random } from '../random';
import type { Site } from '../site/site';
import { runBuyer } from './buyer';
import { type Customer, createProduct, createShop, logIn, register } from './shop';

/** A load that runs until it is stopped. */
export interface Load {
  /** Some reservations that were pending recently. */
  readonly recentReservations: () => readonly string[];
  /** Resolves once the last response is in the history. */
  readonly stop: () => Promise<void>;
}

const BUYERS = 256;
const CUSTOMERS = 48;
const REGISTRATIONS_AT_ONCE = 6;
const STOCK = { hot: 1_500, other: 150 };
const OTHER_PRODUCTS = 10;
const RECENT_MAX = 500;
const RESTOCK = { pauseMs: { min: 200, max: 1_000 }, units: { min: 50, max: 600 }, takeAway: 0.2 };

const registerCustomers = async (url: string): Promise<Customer[]> => {
  const customers: Customer[] = [];
  // Password hashing is deliberately slow.
  while (customers.length < CUSTOMERS) {
    const wave = Array.from({ length: REGISTRATIONS_AT_ONCE }, () => register(url));
    customers.push(...(await Promise.all(wave)));
  }
  return customers;
};

/** Registers customers and creates products before the first fault, then starts the buyers. */
export const startLoad = async (options: {
  readonly site: Site;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly ttlMs: number;
  /** Base URLs of the gateways; each request picks one at random. */
  readonly urls: readonly string[];
  readonly buyers?: number;
}): Promise<Load> => {
  const { site, recorder, random, ttlMs, urls, buyers = BUYERS } = options;
  const [url = ''] = urls;
  const adminToken = await logIn(url, site.admin.email, site.admin.password);
  const customers = await registerCustomers(url);
  const products: string[] = [];
  for (let index = 0; index <= OTHER_PRODUCTS; index += 1) {
    const stock = index === 0 ? STOCK.hot : STOCK.other;
    const productId = await createProduct(url, adminToken, stock);
    recorder.write({ kind: 'product', productId, stock, at: Date.now() });
    products.push(productId);
  }

  const choices = random.fork();
  const shop = createShop({ url: () => choices.pick(urls), adminToken, recorder });
  let over = false;
  const isOver = () => over;
  let recent: string[] = [];

  const restock = async (choices: Random): Promise<void> => {
    while (!over) {
      await pause(choices.between(RESTOCK.pauseMs.min, RESTOCK.pauseMs.max));
      const units = choices.between(RESTOCK.units.min, RESTOCK.units.max);
      const delta = choices.chance(RESTOCK.takeAway) ? -Math.ceil(units / 4) : units;
      await shop.restock(choices.pick([products[0] ?? '', choices.pick(products)]), delta, isOver);
    }
  };
  const running = [
    restock(random.fork()),
    ...Array.from({ length: buyers }, () =>
      runBuyer({
        shop,
        random: random.fork(),
        customers,
        products,
        ttlMs,
        isOver,
        onReserved: (reservationId) => {
          recent.push(reservationId);
          if (recent.length > 2 * RECENT_MAX) recent = recent.slice(-RECENT_MAX);
        },
      }),
    ),
  ];
  return {
    recentReservations: () => recent,
    stop: async () => {
      over = true;
      await Promise.all(running);
    },
  };
};
