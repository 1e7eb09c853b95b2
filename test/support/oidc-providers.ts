import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  makeOutsideKey,
  type OutsideAlgorithm,
  type OutsideKey,
} from '@flashreserve/identity/testing';
import { withinTime } from '@flashreserve/ops';
import { z } from 'zod';
import { freePort } from './free-port';

const PROGRAM = join(__dirname, 'oidc-provider.mjs');
const START_TIMEOUT_MS = 30_000;
const tokenBody = z.object({ access_token: z.string() });

/** One of the providers. */
export interface OidcProvider {
  readonly issuer: string;
  readonly alg: OutsideAlgorithm;
  /** The token that a user gets by logging in; users called "admin…" have the role "shop-admin". */
  readonly tokenOf: (username: string) => Promise<string>;
  /**
   * Publishes a new key with this id, with which it signs from now on, and keeps those that `keep`
   * accepts.
   */
  readonly addKey: (kid: string, keep: (kid: string) => boolean) => Promise<void>;
}

export interface OidcProviders {
  readonly all: readonly OidcProvider[];
  /** Kills their process. */
  readonly kill: () => Promise<void>;
  /** Starts it again with the same ports and keys. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The audience of the tokens. */
export const AUDIENCE = 'https://shop.example/api';

const privateJwk = ({ privateKey, kid, alg }: OutsideKey): object => ({
  ...privateKey.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});

const launch = async (argument: string): Promise<ChildProcess> => {
  const child = fork(PROGRAM, [argument], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const started = once(child, 'message');
  const onExit = (): void => {
    child.emit('error', new Error(`The OpenID providers did not start:\n${errors}`));
  };
  child.once('exit', onExit);
  await withinTime(START_TIMEOUT_MS, started, () => new Error('The OpenID providers are slow.'));
  child.off('exit', onExit);
  return child;
};

/** Starts real OpenID providers, one for each algorithm, in a process of their own. */
export const startOidcProviders = async (
  algorithms: readonly OutsideAlgorithm[],
): Promise<OidcProviders> => {
  const states = await Promise.all(
    algorithms.map(async (alg) => ({
      alg,
      port: await freePort(),
      keys: [makeOutsideKey(alg, 'first')],
    })),
  );
  const argument = (): string =>
    JSON.stringify(
      states.map(({ port, alg, keys }) => ({ port, alg, keys: keys.map(privateJwk) })),
    );
  let child = await launch(argument());

  const toProvider = (state: (typeof states)[number], index: number): OidcProvider => {
    const issuer = `http://127.0.0.1:${state.port}`;
    return {
      issuer,
      alg: state.alg,
      tokenOf: async (username) => {
        const form = { grant_type: 'password', client_id: 'app', username, password: 'right' };
        const response = await fetch(`${issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams(form),
          headers: { connection: 'close' },
        });
        return tokenBody.parse(await response.json()).access_token;
      },
      addKey: async (kid, keep) => {
        // The provider signs with the first key.
        const kept = state.keys.filter((key) => keep(key.kid));
        state.keys = [makeOutsideKey(state.alg, kid), ...kept];
        const answered = once(child, 'message');
        child.send({ index, alg: state.alg, keys: state.keys.map(privateJwk) });
        await answered;
      },
    };
  };
  const kill = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    all: states.map(toProvider),
    kill,
    restart: async () => {
      child = await launch(argument());
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await kill();
    },
  };
};
