import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findMisspelt, loadConfig } from '@flashreserve/ops';
import type { z } from 'zod';
import { configSchema as gateway } from '../../gateway/src/config';
import { configSchema as auth } from '../../services/auth/src/config';
import { configSchema as catalog } from '../../services/catalog/src/config';
import { configSchema as expiryWorker } from '../../services/expiry-worker/src/config';
import { configSchema as reservation } from '../../services/reservation/src/config';

const CANARY = 'canary6f1d3d0e';
const COMPONENTS: Readonly<Record<string, z.ZodObject>> = {
  auth,
  catalog,
  reservation,
  'expiry-worker': expiryWorker,
  gateway,
};

/** Invalid values, each containing a secret. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  secret: [CANARY, CANARY.repeat(100)],
  ADMIN_PASSWORD: [CANARY.slice(0, 7), CANARY.repeat(10)],
  SERVICE_CLIENTS: [
    CANARY,
    `:${CANARY}`,
    `shop:${CANARY}`,
    `Shop:${CANARY.repeat(3)}`,
    `shop:${CANARY.repeat(3)},shop:${CANARY.repeat(3)}`,
    `shop:${CANARY.repeat(100)}`,
  ],
  MONGO_URI: [CANARY, `postgres://shop:${CANARY}@store`, `shop:${CANARY}@store`],
  REDIS_URL: [CANARY, `http://shop:${CANARY}@store`, `redis://shop:${CANARY}/1@store:6379`],
  CORS_ORIGINS: [`https://shop:${CANARY}@shop.example`],
};

const wrongValuesOf = (name: string): readonly string[] =>
  WRONG[name] ?? (name.endsWith('_SECRET') ? (WRONG['secret'] ?? []) : []);

const messageOf = (schema: z.ZodObject, env: Readonly<Record<string, string>>): string => {
  try {
    loadConfig(schema, env);
  } catch (error) {
    return String(error);
  }
  return '';
};

const cases = Object.entries(COMPONENTS).flatMap(([component, schema]) =>
  Object.keys(schema.shape).flatMap((name) =>
    wrongValuesOf(name).map((value): [string, string, string] => [component, name, value]),
  ),
);

describe('configuration errors', () => {
  it.each(cases)(
    'an error of %s names %s and does not show the value',
    (component, name, value) => {
      const message = messageOf(COMPONENTS[component] ?? auth, { [name]: value });

      expect(message).toContain(name);
      expect(message.toLowerCase()).not.toContain(CANARY.slice(0, 7));
    },
  );

  it('every variable that holds a secret is covered, for every component', () => {
    const tested = new Set(cases.map(([component, name]) => `${component} ${name}`));

    expect([...tested].sort()).toEqual([
      'auth ADMIN_PASSWORD',
      'auth KEY_ENCRYPTION_SECRET',
      'auth MONGO_URI',
      'auth SERVICE_CLIENTS',
      'catalog CATALOG_CLIENT_SECRET',
      'catalog MONGO_URI',
      'expiry-worker EXPIRY_WORKER_CLIENT_SECRET',
      'expiry-worker REDIS_URL',
      'gateway CORS_ORIGINS',
      'gateway GATEWAY_CLIENT_SECRET',
      'gateway REDIS_URL',
      'reservation MONGO_URI',
      'reservation REDIS_URL',
      'reservation RESERVATION_CLIENT_SECRET',
    ]);
  });
});

describe('warnings about misspelt variables', () => {
  it.each(Object.entries(COMPONENTS))(
    'no variable that a deployment sets counts as misspelt for %s',
    (_component, schema) => {
      const example = readFileSync(resolve(__dirname, '../../.env.example'), 'utf8');
      const documented = [...example.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(
        ([, name = '']) => name,
      );
      const others = Object.values(COMPONENTS).flatMap(({ shape }) => Object.keys(shape));

      expect(documented.length).toBeGreaterThan(50);
      expect(findMisspelt([...documented, ...others], Object.keys(schema.shape))).toEqual([]);
    },
  );

  it('a name with a missing part is reported with the nearest name', () => {
    expect(findMisspelt(['RESERVATION_TTL'], Object.keys(reservation.shape))).toEqual([
      { name: 'RESERVATION_TTL', nearest: 'RESERVATION_TTL_SECONDS' },
    ]);
  });
});
