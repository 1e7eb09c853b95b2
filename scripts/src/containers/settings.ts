import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Variables of the deployment under test, as in its .env. */
export type Settings = Readonly<Record<string, string>>;

const SECRETS = [
  'KEY_ENCRYPTION_SECRET',
  'CATALOG_CLIENT_SECRET',
  'RESERVATION_CLIENT_SECRET',
  'EXPIRY_WORKER_CLIENT_SECRET',
  'GATEWAY_CLIENT_SECRET',
  'MONGO_ROOT_PASSWORD',
  'MONGO_AUTH_PASSWORD',
  'MONGO_CATALOG_PASSWORD',
  'MONGO_RESERVATION_PASSWORD',
  'MONGO_REPLICA_KEY',
  'REDIS_QUEUE_PASSWORD',
  'REDIS_LIMITS_PASSWORD',
  'REDIS_OPERATOR_PASSWORD',
  'ADMIN_PASSWORD',
  'GRAFANA_ADMIN_PASSWORD',
] as const;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('It has no port.'));
        else resolve(address.port);
      });
    });
  });

/** Long enough for all steps that need open reservations, short enough to watch one expire. */
export const HOLD_SECONDS = 90;

/** New secrets, free ports on 127.0.0.1, and two proxies in front of the gateway. */
export const makeSettings = async (): Promise<Settings> => ({
  ...Object.fromEntries(SECRETS.map((name) => [name, randomBytes(24).toString('hex')])),
  ADMIN_EMAIL: 'admin@flashreserve.example',
  PUBLISH_ADDRESS: '127.0.0.1',
  PORT: String(await freePort()),
  MONGO_PUBLISH_PORT: String(await freePort()),
  REDIS_PUBLISH_PORT: String(await freePort()),
  RESERVATION_TTL_SECONDS: String(HOLD_SECONDS),
  TRUST_PROXY_HOPS: '2',
});

/** Writes the settings to a file that only its owner can read; returns its path. */
export const writeSettings = (folder: string, settings: Settings): string => {
  const file = join(folder, '.env');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return file;
};
