import { randomUUID } from 'node:crypto';
import { TaskError } from '../task';

/** Products in the screenshots. */
const PRODUCTS = [
  ['Aurora 7 sneaker', 'Hand-numbered run of 400 pairs, reflective sole.', 189, 400],
  ['Midnight vinyl box', 'Four records, pressed once.', 74.5, 160],
  ['Studio headphones', 'Closed back, walnut cups.', 329, 90],
  ['Backstage pass', 'Sound check and an hour with the band.', 240, 36],
  ['Tour jacket', 'Waxed cotton, patches of all 23 cities.', 149.99, 250],
  ['Front row ticket', 'Saturday, doors open at 19:00.', 79.5, 120],
] as const;
const BUYERS = 24;
const PASSWORD = 'correct horse battery';

/** Requests per second, at the low and high points of a rush. */
const RATE = { low: 6, high: 46, periodSeconds: 34 };
/** Shares of reservations that are confirmed and cancelled; the rest expires. */
const CONFIRMED = 0.35;
const CANCELLED = 0.35;

type Post = (path: string, body: unknown, token?: string) => Promise<Record<string, string>>;

const createPost =
  (baseUrl: string): Post =>
  async (path, body, token) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  };

/** Throws if the stack returned no value, as nothing can continue without it. */
const required = (value: string | undefined, what: string): string => {
  if (value === undefined) throw new TaskError(`The stack gave no ${what}. Does npm start run?`);
  return value;
};

const logIn = async (post: Post, email: string, password: string): Promise<string> =>
  required((await post('/auth/login', { email, password }))['accessToken'], 'access token');

const signUp = async (post: Post, email: string): Promise<string> => {
  await post('/auth/register', { email, password: PASSWORD, name: 'Ada Buyer' });
  return logIn(post, email, PASSWORD);
};

const pick = <Item>(items: readonly Item[]): Item =>
  items[Math.floor(Math.random() * items.length)] as Item;

/** One buyer's visit, in which refusals are expected. */
const visit = async (post: Post, token: string, productId: string): Promise<void> => {
  const quantity = 1 + Math.floor(Math.random() * 2);
  const { reservationId } = await post(`/reservations/${productId}`, { quantity }, token);
  if (reservationId === undefined) return;
  const choice = Math.random();
  if (choice < CONFIRMED) await post(`/reservations/${reservationId}/confirm`, {}, token);
  else if (choice < CONFIRMED + CANCELLED) {
    await post(`/reservations/${reservationId}/cancel`, {}, token);
  }
};

export interface Sale {
  /** An account that can log in and has done nothing yet. */
  readonly buyer: { readonly email: string; readonly password: string };
  readonly stop: () => void;
}

/** Creates products and runs waves of simulated buyers until it is stopped. */
export const startSale = async (
  baseUrl: string,
  admin: { readonly email: string; readonly password: string },
): Promise<Sale> => {
  const post = createPost(baseUrl);
  const adminToken = await logIn(post, admin.email, admin.password);
  const productIds: string[] = [];
  for (const [name, description, price, initialQuantity] of PRODUCTS) {
    const body = { name, description, price, initialQuantity };
    productIds.push(required((await post('/products', body, adminToken))['productId'], 'product'));
  }
  const run = randomUUID().slice(0, 8);
  const buyer = { email: `ada-${run}@example.com`, password: PASSWORD };
  await signUp(post, buyer.email);
  const tokens: string[] = [];
  for (let index = 0; index < BUYERS; index += 1) {
    tokens.push(await signUp(post, `buyer-${run}-${index}@example.com`));
  }
  const startedAt = Date.now();
  let stopped = false;
  const next = (): void => {
    if (stopped) return;
    const phase = ((Date.now() - startedAt) / 1_000 / RATE.periodSeconds) * 2 * Math.PI;
    const rate = RATE.low + (RATE.high - RATE.low) * ((1 - Math.cos(phase)) / 2) ** 2;
    // A stopping stack refuses connections; the screenshots have been taken by then.
    visit(post, pick(tokens), pick(productIds)).catch(() => undefined);
    setTimeout(next, (-Math.log(1 - Math.random()) / rate) * 1_000);
  };
  next();
  return {
    buyer,
    stop: () => {
      stopped = true;
    },
  };
};
