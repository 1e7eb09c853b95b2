import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../random';
import type { Customer, Line, Outcome, Shop } from './shop';

export interface BuyerWorld {
  readonly shop: Shop;
  readonly random: Random;
  readonly customers: readonly Customer[];
  /** The first one is the hot product. */
  readonly products: readonly string[];
  readonly ttlMs: number;
  readonly isOver: () => boolean;
  /** Reports pending reservations, for faults that need one. */
  readonly onReserved: (reservationId: string) => void;
}

const QUANTITY_MAX = 3;
/** Long enough that the load does not use both cores completely. */
const THINK_MS = { min: 5, max: 95 } as const;
const ATTEMPTS_MAX = 5;
const SHARE = {
  hot: 0.5,
  cart: 0.15,
  withoutKey: 0.15,
  twiceAtOnce: 0.06,
  repeatedLate: 0.02,
  returned: 0.4,
  writtenOff: 0.3,
} as const;

/** No response or a failure: the effect is unknown, and a retry with the key returns it. */
const isUnknown = ({ status }: Outcome): boolean => status === 0 || status >= 500;

const chooseLines = ({ random, products }: BuyerWorld): Line[] => {
  const [hot = '', ...others] = products;
  const quantity = () => random.between(1, QUANTITY_MAX);
  if (random.chance(SHARE.cart)) {
    const chosen = random.shuffle(products).slice(0, random.between(2, 3));
    return chosen.map((productId) => ({ productId, quantity: quantity() }));
  }
  return [
    { productId: random.chance(SHARE.hot) ? hot : random.pick(others), quantity: quantity() },
  ];
};

const repeatWhileUnknown = async (
  { random, isOver }: BuyerWorld,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> => {
  let outcome = await attempt();
  for (
    let attempts = 1;
    isUnknown(outcome) && attempts < ATTEMPTS_MAX && !isOver();
    attempts += 1
  ) {
    await pause(random.between(50, 400) * attempts);
    outcome = await attempt();
  }
  return outcome;
};

const reserve = async (
  world: BuyerWorld,
  customer: Customer,
  lines: readonly Line[],
): Promise<Outcome> => {
  const { shop, random, ttlMs } = world;
  // A request without a key cannot be retried, because that would create another reservation.
  if (random.chance(SHARE.withoutKey)) return shop.reserve(customer, lines, undefined);
  const key = randomUUID();
  const attempt = () => repeatWhileUnknown(world, () => shop.reserve(customer, lines, key));
  if (random.chance(SHARE.twiceAtOnce)) return (await Promise.all([attempt(), attempt()]))[0];
  const outcome = await attempt();
  if (random.chance(SHARE.repeatedLate)) {
    await pause(random.between(ttlMs / 2, ttlMs * 2));
    await attempt();
  }
  return outcome;
};

/** All units or some of them, in up to three returns, of which some race with each other. */
const giveBack = async (
  world: BuyerWorld,
  customer: Customer,
  { reservationId, lines }: { readonly reservationId: string; readonly lines: readonly Line[] },
): Promise<void> => {
  const { shop, random, ttlMs } = world;
  const choose = () => {
    const line = random.pick(lines);
    const some = [{ ...line, quantity: random.between(1, line.quantity) }];
    const units = {
      lines: random.chance(0.5) ? some : undefined,
      writeOff: random.chance(SHARE.writtenOff),
      key: randomUUID(),
    };
    return () => repeatWhileUnknown(world, () => shop.giveBack(customer, reservationId, units));
  };
  if (random.chance(0.5)) await pause(random.between(0, ttlMs));
  const attempts = Array.from({ length: random.between(1, 2) }, choose);
  const [repeated] = attempts;
  await Promise.all([...attempts, ...(random.chance(0.3) ? [repeated] : [])].map((go) => go?.()));
  if (random.chance(0.3)) await choose()();
};

/** What customers do with a reservation, with percentages. */
const decide = async (
  world: BuyerWorld,
  customer: Customer,
  reservation: NonNullable<Outcome['reservation']>,
): Promise<void> => {
  const { reservationId, expiresAt, items } = reservation;
  const { shop, random } = world;
  const wish = (action: 'confirm' | 'cancel' | 'get') =>
    repeatWhileUnknown(world, () => shop.resolve(action, customer, reservationId));
  const extend = () => {
    const extension = { seconds: random.between(1, 3), key: randomUUID() };
    return repeatWhileUnknown(world, () => shop.extend(customer, reservationId, extension));
  };
  const untilExpiry = () => Math.max(0, Date.parse(expiresAt) - Date.now());
  const choice = random.between(1, 100);
  if (choice <= 30) {
    const confirming = wish('confirm');
    // Some returns come while the confirmation, or its settlement, is under way.
    if (random.chance(0.7)) await confirming;
    if (random.chance(SHARE.returned)) {
      await giveBack(world, customer, { reservationId, lines: items });
    }
    await confirming;
  } else if (choice <= 48) await wish('cancel');
  else if (choice <= 54) await Promise.all([wish('confirm'), wish('cancel')]);
  else if (choice <= 64) {
    // A clock far ahead may have set its expiry in the distant future.
    await pause(Math.min(untilExpiry() + random.between(-40, 40), world.ttlMs * 2));
    await Promise.all([wish(random.pick(['confirm', 'cancel'])), wish('get')]);
  } else if (choice <= 70) {
    await pause(random.between(0, world.ttlMs));
    await wish('get');
  } else if (choice <= 74) {
    await Promise.all([extend(), extend(), wish(random.pick(['confirm', 'cancel', 'get']))]);
  } else if (choice <= 79) {
    const revive = () => repeatWhileUnknown(world, () => shop.revive(customer, reservationId));
    await pause(Math.min(untilExpiry() + random.between(-40, 500), world.ttlMs * 2));
    await Promise.all([revive(), random.chance(SHARE.twiceAtOnce) ? wish('confirm') : revive()]);
  } else if (choice <= 86) {
    await pause(Math.min(untilExpiry() + random.between(-60, 20), world.ttlMs * 2));
    await Promise.all([extend(), wish(random.pick(['confirm', 'get']))]);
    await pause(random.between(0, world.ttlMs));
    await wish(random.pick(['confirm', 'get']));
  }
};

/** One customer after the other, until the load is over and every reservation is decided. */
export const runBuyer = async (world: BuyerWorld): Promise<void> => {
  const { random, customers, isOver, onReserved } = world;
  const undecided = new Set<Promise<void>>();
  while (!isOver()) {
    const customer = random.pick(customers);
    const { reservation } = await reserve(world, customer, chooseLines(world));
    if (reservation?.status === 'PENDING') {
      onReserved(reservation.reservationId);
      const decision = decide(world, customer, reservation).then(() => {
        undecided.delete(decision);
      });
      undecided.add(decision);
    }
    await pause(random.between(THINK_MS.min, THINK_MS.max));
  }
  await Promise.all(undecided);
};
