import { type FlashReserveClient, isProblem } from '@flashreserve/client';
import { loadDotEnv } from './load-dot-env';
import { CATALOGUE_SIZE, catalogue, type SeedProduct } from './seed/catalogue';
import { findShop, type Shop } from './shop/find-shop';
import { inParallel } from './shop/in-parallel';
import { logInAsAdmin } from './shop/log-in';
import { readNumber, readValues } from './shop/read-options';
import { reportFailure, type TaskInput } from './task';

const USAGE = `Usage: npm run seed [-- --count ${CATALOGUE_SIZE}] [--url http://localhost:3000]`;
const COUNT = { min: 1, max: 1_000 };
const AT_ONCE = 8;
const PAGE_SIZE = 100;

const knownIds = async (client: FlashReserveClient): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const { productId } of client.products.all({ pageSize: PAGE_SIZE }))
    ids.add(productId);
  return ids;
};

/** The product's id; undefined when another version of the catalogue has used its key. */
const create = async (
  client: FlashReserveClient,
  { key, product }: SeedProduct,
): Promise<string | undefined> => {
  try {
    return (await client.products.create(product, { idempotencyKey: key })).productId;
  } catch (error) {
    if (isProblem(error, 'REQUEST_ID_REUSED')) return undefined;
    throw error;
  }
};

/** Puts the first `count` products of the catalogue on sale, those that are missing, and counts them. */
export const seed = async (shop: Shop, count: number): Promise<{ readonly created: number }> => {
  const client = await logInAsAdmin(shop);
  const before = await knownIds(client);
  const ids = await inParallel(catalogue(count), AT_ONCE, (entry) => create(client, entry));
  await client.auth.logout();
  return { created: ids.filter((id) => id !== undefined && !before.has(id)).length };
};

/** Loads a catalogue; again: only what is missing. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    loadDotEnv(root);
    const options = { count: { type: 'string' }, url: { type: 'string' } } as const;
    const values = readValues(args, options, USAGE);
    const count = readNumber('count', values.count ?? String(CATALOGUE_SIZE), COUNT);
    const shop = await findShop(root, process.env, values.url);
    const { created } = await seed(shop, count);
    process.stdout.write(
      `${created} products are new on sale, ${count - created} were there before: ${shop.baseUrl}/products\n`,
    );
  } catch (error) {
    reportFailure(error);
  }
};
