import { join } from 'node:path';
import { check } from './check';
import type { Deployment } from './deployment';
import { failLoginFrom, startOuterProxy } from './outer-proxy';
import { askRedis } from './redis-queue';
import { addProduct, ask, logIn, signUp } from './shop-client';

/** The accounts that sell and buy in the steps. */
export interface Sale {
  readonly adminToken: string;
  readonly buyerToken: string;
  readonly productId: string;
}

const STOCK = 100_000;

export const openSale = async ({ baseUrl, settings }: Deployment): Promise<Sale> => {
  const adminToken = await logIn(
    baseUrl,
    settings['ADMIN_EMAIL'] ?? '',
    settings['ADMIN_PASSWORD'] ?? '',
  );
  const productId = await addProduct(baseUrl, adminToken, STOCK);
  return { adminToken, buyerToken: await signUp(baseUrl), productId };
};

/** The README's tour, through the load balancer. Returns a reservation that is left to expire. */
export const takeTour = async ({ baseUrl }: Deployment, sale: Sale): Promise<string> => {
  const token = sale.buyerToken;
  const productId = await addProduct(baseUrl, sale.adminToken, 2);
  const url = `${baseUrl}/reservations/${productId}`;
  const first = await ask(url, 'POST', { token, key: `order-${productId}` });
  check(first.status === 201, 'The first ticket is not reserved.', first);
  const two = await ask(url, 'POST', { token, body: { quantity: 2 } });
  check(two.body['reason'] === 'OUT_OF_STOCK', 'Two of one ticket are not refused.', two);
  const id = String(first.body['reservationId']);
  const confirmed = await ask(`${baseUrl}/reservations/${id}/confirm`, 'POST', { token });
  check(confirmed.body['status'] === 'CONFIRMED', 'It is not confirmed.', confirmed);
  const again = await ask(url, 'POST', { token, key: `order-${productId}` });
  check(again.body['reservationId'] === id, 'A repeated request is another reservation.', again);
  const leftAlone = await ask(url, 'POST', { token });
  check(leftAlone.status === 201, 'The second ticket is not reserved.', leftAlone);
  return String(leftAlone.body['reservationId']);
};

/** The first event of a stock stream arrives through the load balancer without delay. */
export const watchStream = async ({ baseUrl }: Deployment, sale: Sale): Promise<void> => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 10_000);
  const response = await fetch(`${baseUrl}/products/stream?productId=${sale.productId}`, {
    signal: controller.signal,
  });
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  clearTimeout(timer);
  controller.abort();
  check(new TextDecoder().decode(value).length > 0, 'No event arrived.', response.status);
};

const ADDRESSES = ['127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;

/**
 * Behind two proxies each client is counted by its own address, whatever it sends in the header.
 */
export const checkAddresses = async (deployment: Deployment): Promise<readonly string[]> => {
  const proxy = await startOuterProxy(Number(deployment.settings['PORT']));
  try {
    for (const address of ADDRESSES) {
      const status = await failLoginFrom(proxy.port, address, {
        'x-forwarded-for': '203.0.113.9',
      });
      check(status === 401, `A wrong login from ${address} is answered ${status}.`);
    }
  } finally {
    await proxy.stop();
  }
  const pattern = 'flashreserve:limit:login-address:*';
  const keys = (await askRedis(deployment, 'KEYS', pattern)).split('\n').sort();
  const counted = keys.map((key) => key.slice(pattern.length - 1));
  check(
    ADDRESSES.every((address) => counted.includes(address)) && !counted.includes('203.0.113.9'),
    'The clients are not counted by their own addresses.',
    counted,
  );
  return counted;
};

/** Configuration hashes of all services; Compose recreates a container when its hash changes. */
const readHashes = async (
  { compose }: Deployment,
  files: readonly string[],
): Promise<Map<string, string>> => {
  const text = await compose([
    ...files.flatMap((file) => ['-f', file]),
    ...['config', '--hash', '*'],
  ]);
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split(' ') as [string, string]),
  );
};

/** Layers add containers and change none. Returns what each adds. */
export const checkLayers = async (
  deployment: Deployment,
  root: string,
): Promise<readonly string[]> => {
  const main = join(root, 'docker-compose.yml');
  const before = await readHashes(deployment, [main]);
  const found: string[] = [];
  for (const layer of ['docker-compose.observability.yml', 'docker-compose.stores.yml']) {
    const after = await readHashes(deployment, [main, join(root, layer)]);
    const changed = [...before].filter(([name, hash]) => after.get(name) !== hash);
    check(changed.length === 0, `${layer} changes running containers.`, changed);
    const added = [...after.keys()].filter((name) => !before.has(name));
    found.push(`${layer} adds ${added.join(', ')}`);
  }
  return found;
};

/** Durations of each container's last health checks. */
export const timeHealthChecks = async ({
  machine,
  compose,
}: Deployment): Promise<readonly string[]> => {
  const ids = (await compose(['ps', '--quiet'])).split('\n').filter((id) => id !== '');
  const lines = await Promise.all(
    ids.map(async (id) => {
      const [name = '', health = 'null'] = (
        await machine.run('docker', [
          ...['inspect', '--format', '{{.Name}} {{json .State.Health}}', id],
        ])
      ).split(/ (.*)/s);
      const log: readonly { readonly Start: string; readonly End: string }[] =
        JSON.parse(health)?.Log ?? [];
      const times = log
        .map(({ Start, End }) => Date.parse(End) - Date.parse(Start))
        .sort((a, b) => a - b);
      return `${name.slice(1)} ${times[Math.floor(times.length / 2)] ?? '-'} ms`;
    }),
  );
  return lines.sort();
};
