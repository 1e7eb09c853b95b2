import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { TaskError } from '../task';

/** Names of the secrets required by a stack. */
const SECRET_NAMES = [
  'KEY_ENCRYPTION_SECRET',
  'CATALOG_CLIENT_SECRET',
  'RESERVATION_CLIENT_SECRET',
  'EXPIRY_WORKER_CLIENT_SECRET',
  'GATEWAY_CLIENT_SECRET',
  'DEV_SERVICE_CLIENT_SECRET',
  'ADMIN_PASSWORD',
] as const;

export type DevSecrets = Readonly<Record<(typeof SECRET_NAMES)[number], string>>;

const stored = z.record(z.enum(SECRET_NAMES), z.string().min(16));

/** Creates new secrets; the repository contains none. */
export const makeSecrets = (): DevSecrets => {
  const secret = (): string => randomBytes(32).toString('base64url');
  return {
    KEY_ENCRYPTION_SECRET: secret(),
    CATALOG_CLIENT_SECRET: secret(),
    RESERVATION_CLIENT_SECRET: secret(),
    EXPIRY_WORKER_CLIENT_SECRET: secret(),
    GATEWAY_CLIENT_SECRET: secret(),
    DEV_SERVICE_CLIENT_SECRET: secret(),
    ADMIN_PASSWORD: randomBytes(12).toString('base64url'),
  };
};

/** Invalid JSON counts as undefined. */
const readJson = (file: string): unknown => {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The secrets of the local stack: created at the first start, readable by their owner only, stored
 * beside the data that they protect. Variables of the environment take precedence.
 *
 * @throws TaskError when the file is damaged
 */
export const loadDevSecrets = (file: string, env: NodeJS.ProcessEnv): DevSecrets => {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(makeSecrets(), null, 2)}\n`, { mode: 0o600 });
  }
  const parsed = stored.safeParse(readJson(file));
  if (!parsed.success) {
    throw new TaskError(
      `${file} does not hold the secrets of this stack. Restore it, or remove the folder to start afresh.`,
    );
  }
  const fromEnv = Object.fromEntries(
    SECRET_NAMES.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  return { ...parsed.data, ...fromEnv };
};

/**
 * Names of the built-in service clients' secrets of a local stack, in the order of their entries.
 */
export const OWN_SERVICE_CLIENTS = [
  'CATALOG_CLIENT_SECRET',
  'RESERVATION_CLIENT_SECRET',
  'EXPIRY_WORKER_CLIENT_SECRET',
  'GATEWAY_CLIENT_SECRET',
  'DEV_SERVICE_CLIENT_SECRET',
] as const;

/** `EXPIRY_WORKER_CLIENT_SECRET` is that of `expiry-worker`. */
const clientIdOf = (name: (typeof OWN_SERVICE_CLIENTS)[number]): string =>
  name.slice(0, -'_CLIENT_SECRET'.length).toLowerCase().replaceAll('_', '-');

/** The service clients that auth needs for a working stack, in the format of SERVICE_CLIENTS. */
export const serviceClients = (secrets: DevSecrets, more: string | undefined): string =>
  [
    ...OWN_SERVICE_CLIENTS.map((name) => `${clientIdOf(name)}:${secrets[name]}`),
    ...(more === undefined || more === '' ? [] : [more]),
  ].join(',');
