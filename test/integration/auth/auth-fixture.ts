import { createApp } from '@flashreserve/auth';
import { AuthServiceClient, Role, type TokenPair, type User } from '@flashreserve/contracts/auth';
import { type Clock, createSilentLogger, type Logger, loadConfig, newId } from '@flashreserve/ops';
import { type callUnary, createClient } from '@flashreserve/rpc';
import { configSchema } from '../../../services/auth/src/config';
import { callPatiently } from '../../support/patient-calls';
import { testStores, uniquePrefix } from '../../support/stores';

export const PASSWORD = 'correct horse battery';
export const ADMIN = { email: 'root@example.test', password: 'root password' } as const;
export const GATEWAY = { clientId: 'gateway', clientSecret: 'g'.repeat(32) } as const;
const CATALOG_SECRET = 'c'.repeat(32);

export interface AuthSettings {
  readonly prefix?: string;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Overrides of environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Auth {
  readonly prefix: string;
  readonly target: string;
  readonly client: AuthServiceClient;
  /** Calls a method; every call has a deadline. */
  readonly call: Call;
  readonly register: (input?: {
    readonly email?: string;
    readonly role?: Role;
    readonly token?: string;
  }) => Promise<User>;
  readonly login: (email: string, password?: string) => Promise<TokenPair>;
  readonly refresh: (refreshToken: string) => Promise<TokenPair>;
  /** A new customer, logged in. */
  readonly newCustomer: () => Promise<{ readonly user: User; readonly tokens: TokenPair }>;
  readonly adminToken: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

type Method = Exclude<keyof typeof AuthServiceClient.service, 'prototype'>;
type Call = <Name extends Method>(
  name: Name,
  request: Parameters<typeof callUnary<AuthServiceClient, Name>>[2],
  options?: { readonly token?: string | undefined; readonly timeoutMs?: number },
) => ReturnType<typeof callUnary<AuthServiceClient, Name>>;

export const authEnvironment = (
  settings: AuthSettings & { readonly prefix: string },
): Readonly<Record<string, string>> => ({
  HOST: '127.0.0.1',
  AUTH_GRPC_PORT: '0',
  MONGO_URI: testStores().mongoUri,
  MONGO_DB_PREFIX: settings.prefix,
  KEY_ENCRYPTION_SECRET: 'a secret that is long enough for a test',
  SERVICE_CLIENTS: `gateway:${GATEWAY.clientSecret},catalog:${CATALOG_SECRET}`,
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  ...settings.env,
});

export const freshEmail = (): string => `${newId()}@example.test`;

/** Asserts that a value is present. */
export const given = <Value>(value: Value | undefined): Value => {
  if (value === undefined) throw new TypeError('A value is missing in an answer.');
  return value;
};

/** A real client of the service at `target`. */
export const connect = (target: string) => {
  const client = createClient(AuthServiceClient, target, {
    serviceName: 'flashreserve.auth.v1.AuthService',
    idempotentMethods: [],
  });
  const call: Call = (name, request, { token, timeoutMs = 30_000 } = {}) =>
    callPatiently(client, name, request, { token, deadline: new Date(Date.now() + timeoutMs) });
  const login: Auth['login'] = async (email, password = PASSWORD) =>
    given((await call('login', { email, password })).tokens);
  const register: Auth['register'] = async ({ email, role, token } = {}) => {
    const request = {
      email: email ?? freshEmail(),
      password: PASSWORD,
      name: 'Ann',
      role: role ?? Role.ROLE_UNSPECIFIED,
    };
    return given((await call('register', request, { token })).user);
  };
  return {
    target,
    client,
    call,
    login,
    register,
    refresh: async (refreshToken: string): Promise<TokenPair> =>
      given((await call('refreshSession', { refreshToken })).tokens),
    newCustomer: async () => {
      const user = await register();
      return { user, tokens: await login(user.email) };
    },
    adminToken: async (): Promise<string> => (await login(ADMIN.email, ADMIN.password)).accessToken,
  };
};

/** Starts auth on a free port with a real client, on its own database unless a prefix is given. */
export const startAuth = async (settings: AuthSettings = {}): Promise<Auth> => {
  const { prefix = uniquePrefix(), clock, log = createSilentLogger() } = settings;
  const config = loadConfig(configSchema, authEnvironment({ ...settings, prefix }));
  const app = await createApp(config, clock === undefined ? { log } : { log, clock });
  const connection = connect(`127.0.0.1:${app.port}`);
  return {
    ...connection,
    prefix,
    stop: async () => {
      connection.client.close();
      await app.stop();
    },
  };
};
