/**
 * Redis as the queue needs it: a killed process loses no acknowledged write, and no key is evicted.
 */
import Redis from 'ioredis';
import { startLocalRedis } from './redis/start-local-redis';
import type { LocalStore } from './store/local-store';
import { environmentWithoutStores, START_DEADLINE_MS } from './testing/environment';
import { createTemporaryFolder } from './testing/temporary-folder';

const folder = createTemporaryFolder();
let store: LocalStore;
let client: Redis;

function start(): Promise<LocalStore> {
  return startLocalRedis({
    dataDir: folder.path,
    env: environmentWithoutStores,
    log: () => undefined,
  });
}

beforeAll(async () => {
  store = await start();
  client = new Redis(store.uri);
  // These tests kill Redis; the client reconnects by itself.
  client.on('error', () => undefined);
}, START_DEADLINE_MS);

afterAll(async () => {
  client.disconnect();
  await store.stop();
  folder.remove();
});

test('keeps an append-only file and never evicts a key', async () => {
  expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
  expect(await client.config('GET', 'maxmemory-policy')).toEqual([
    'maxmemory-policy',
    'noeviction',
  ]);
});

test('listens on this machine only', async () => {
  expect(await client.config('GET', 'bind')).toEqual(['bind', '127.0.0.1']);
});

test('keeps every acknowledged write over SIGKILL, at the same address', async () => {
  const keys = Array.from({ length: 500 }, (_, index) => `kill:${index}`);
  await Promise.all(keys.map((key) => client.set(key, 'value')));
  await store.faults?.kill();
  await store.faults?.restart();
  const values = await client.mget(keys);
  expect(values.filter((value) => value !== 'value')).toEqual([]);
});

test('keeps data over a stop and a start with the same folder', async () => {
  await client.set('kept', 'value');
  client.disconnect();
  await store.stop();
  store = await start();
  client = new Redis(store.uri);
  expect(await client.get('kept')).toBe('value');
});
