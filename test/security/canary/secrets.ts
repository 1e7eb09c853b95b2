import { randomBytes } from 'node:crypto';
import { type DevSecrets, serviceClients } from '../../../scripts/src/start/dev-secrets';
import type { Secret } from './spellings';

/** Differs in each of its encodings, so that none is found by chance as another one. */
const canary = (name: string): string =>
  `canary "${name}" é/?&=%+\\ ${randomBytes(18).toString('base64url')}`;

/**
 * A client's secret: commas separate the entries of its list, and surrounding spaces are ignored.
 */
const clientSecret = (name: string): string => canary(name).replaceAll(',', '');

export const PASSWORDS = {
  first: canary('first password'),
  second: canary('second password'),
  wrong: canary('wrong password'),
  /** Rejected when it is reused. */
  long: canary('long password'),
} as const;

export const STACK_SECRETS: DevSecrets = {
  KEY_ENCRYPTION_SECRET: canary('key encryption'),
  CATALOG_CLIENT_SECRET: clientSecret('catalog'),
  RESERVATION_CLIENT_SECRET: clientSecret('reservation'),
  EXPIRY_WORKER_CLIENT_SECRET: clientSecret('worker'),
  GATEWAY_CLIENT_SECRET: clientSecret('gateway'),
  DEV_SERVICE_CLIENT_SECRET: clientSecret('dev service'),
  ADMIN_PASSWORD: canary('administrator'),
};

/** Part of the stores' URLs. */
export const STORE_PASSWORD = canary('store');

export const stackVariables = (): Readonly<Record<string, string>> => ({
  ...STACK_SECRETS,
  SERVICE_CLIENTS: serviceClients(STACK_SECRETS, undefined),
});

/** All secrets that are known before the stack starts. */
export const knownSecrets = (): readonly Secret[] =>
  Object.entries({ ...STACK_SECRETS, ...PASSWORDS, STORE_PASSWORD }).map(([name, value]) => ({
    name,
    value,
  }));
