import { type FlashReserveClient, isProblem } from '@flashreserve/client';
import { readEnvironment } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { CATALOGUE_SIZE, catalogue, type SeedProduct } from './seed/catalogue';
import { findShop, type Shop } from './shop/find-shop';
import { inParallel } from './shop/in-parallel';
import { logInAsAdmin } from './shop/log-in';
import { reportFailure, type TaskInput } from './task';
import { countOfAre } from './words';

const SEED = {
  command: 'npm run seed',
  about:
    'Creates a catalogue of products in a running FlashReserve; a further run only adds the missing ones.',
  options: {
    count: { kind: 'number', help: 'products', min: 1, max: 1_000, fallback: CATALOGUE_SIZE },
    url: { kind: 'text', value: 'ADDRESS', help: 'gateway URL, instead of that of npm start' },
  },
} as const satisfies CommandLine;
const AT_ONCE = 8;
const PAGE_SIZE = 100;

const knownIds = async (client: FlashReserveClient): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  const all = client.products.all({ pageSize: PAGE_SIZE }, { fresh: true });
  for await (const { productId } of all) ids.add(productId);
  return ids;
};

/** The product's id; undefined if another version of the catalogue has used its key. */
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

/** Creates the missing ones of the catalogue's first `count` products and returns their number. */
export const seed = async (shop: Shop, count: number): Promise<{ readonly created: number }> => {
  const client = await logInAsAdmin(shop);
  const before = await knownIds(client);
  const ids = await inParallel(catalogue(count), AT_ONCE, (entry) => create(client, entry));
  await client.auth.logout();
  return { created: ids.filter((id) => id !== undefined && !before.has(id)).length };
};

/** Loads the catalogue; a further run only adds missing products. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { count, url } = readOptions(SEED, args);
    readEnvironment(root, process.env);
    const shop = await findShop(root, process.env, url);
    const { created } = await seed(shop, count);
    process.stdout.write(
      `${countOfAre(created, 'product')} new on sale, ${count - created} were there before: ${shop.baseUrl}/products\n`,
    );
  } catch (error) {
    reportFailure(error);
  }
};
