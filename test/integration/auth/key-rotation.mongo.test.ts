import type { JsonWebKey } from '@flashreserve/contracts/auth';
import { connectAuth } from '@flashreserve/identity';
import {
  ConfigError,
  createSilentLogger,
  createTestClock,
  type TestClock,
} from '@flashreserve/ops';
import { connectMongo } from '@flashreserve/store';
import { type Rotation, rotateKeys } from '../../../services/auth/src/application/rotate-keys';
import { createKeyCipher } from '../../../services/auth/src/crypto/key.cipher';
import { createKeyVault } from '../../../services/auth/src/crypto/key-vault';
import { KEY_ACTIVATION_MS, KEY_FAREWELL_MS } from '../../../services/auth/src/domain/signing-key';
import { createModels } from '../../../services/auth/src/mongo/models';
import { createSigningKeyRepository } from '../../../services/auth/src/mongo/signing-key.repository';
import { eventually } from '../../support/eventually';
import { testStores, uniquePrefix } from '../../support/stores';
import { type Auth, authEnvironment, GATEWAY, given, startAuth } from './auth-fixture';

const INSTANCES = 3;
const DAY_MS = 86_400_000;
const LIFE_MS = 3_600_000;
const OUTLIVED_MS = KEY_ACTIVATION_MS + LIFE_MS + KEY_FAREWELL_MS;
const VERIFIER_CACHE_MS = 600_000;

interface Cluster {
  readonly clock: TestClock;
  readonly prefix: string;
  readonly instances: readonly Auth[];
  /** Generations in the store, newest first. */
  readonly stored: () => Promise<readonly number[]>;
  /** Runs the operator's command. */
  readonly rotate: (
    options?: Partial<Parameters<typeof rotateKeys>[0]> & { readonly secret?: string },
  ) => Promise<Rotation>;
  readonly stop: () => Promise<void>;
}

const startCluster = async (): Promise<Cluster> => {
  const clock = createTestClock(new Date());
  const prefix = uniquePrefix();
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, () => startAuth({ prefix, clock })),
  );
  const connection = await connectMongo({
    uri: testStores().calmMongoUri,
    dbName: `${prefix}_auth`,
    log: createSilentLogger(),
  });
  // From here on the first key may be replaced.
  clock.advanceMs(KEY_ACTIVATION_MS);
  const keys = createSigningKeyRepository(createModels(connection));
  const ownSecret = authEnvironment({ prefix })['KEY_ENCRYPTION_SECRET'] ?? '';
  return {
    clock,
    prefix,
    stored: async () => (await keys.list()).map(({ generation }) => generation),
    instances,
    rotate: ({ revokeOld = false, secret = ownSecret } = {}) =>
      rotateKeys(
        { revokeOld },
        {
          keys,
          vault: createKeyVault({ cipher: createKeyCipher(secret) }),
          clock,
          tokenLifeMaxSeconds: LIFE_MS / 1000,
        },
      ),
    stop: async () => {
      await Promise.all(instances.map((auth) => auth.stop()));
      await connection.close();
    },
  };
};

const keysOf = async (auth: Auth | undefined): Promise<readonly JsonWebKey[]> =>
  (await given(auth).call('getJwks', {})).keys;
const kidsOf = async (auth: Auth | undefined) => (await keysOf(auth)).map(({ kid }) => kid);
const kidOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const issue = async (auth: Auth | undefined): Promise<string> =>
  (await given(auth).call('issueServiceToken', GATEWAY)).accessToken;

/** Verifies like any other component: over gRPC, with its own key cache. */
const startVerifier = ({ clock, instances }: Cluster, index: number) => {
  const { target } = given(instances[index % instances.length]);
  const { verifier, close } = connectAuth({ target, clock, ...GATEWAY });
  return {
    verify: (token: string) => verifier.authenticate(`Bearer ${token}`),
    close,
  };
};

describe('signing key rotation', () => {
  let cluster: Cluster;
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.stop());

  it('no valid token is refused under load while keys are rotated three times', async () => {
    const { clock, instances } = cluster;
    const verifiers = Array.from({ length: 6 }, (_, index) => startVerifier(cluster, index));
    const tokens: { readonly token: string; readonly endsAt: number }[] = [];
    const kids = new Set<unknown>();
    let checks = 0;

    const round = async (): Promise<void> => {
      const made = await Promise.all(instances.map(issue));
      for (const token of made) {
        tokens.push({ token, endsAt: clock.now().getTime() + LIFE_MS });
        kids.add(kidOf(token));
      }
      const now = clock.now().getTime();
      // The newest tokens, whose key a verifier may not know yet, and some of all ages.
      const living = tokens.filter(({ endsAt }) => endsAt > now);
      const chosen = [...living.slice(-INSTANCES), ...living.filter((_, index) => index % 7 === 0)];
      await Promise.all(
        verifiers.flatMap(({ verify }) =>
          chosen.map(async ({ token }) => {
            await expect(verify(token)).resolves.toMatchObject({ clientId: 'gateway' });
            checks += 1;
          }),
        ),
      );
    };

    for (let rotation = 0; rotation < 3; rotation += 1) {
      await round();
      await expect(cluster.rotate()).resolves.toMatchObject({ outcome: 'rotated' });
      for (let step = 0; step < 10; step += 1) {
        clock.advanceMs(2_500);
        await round();
      }
    }

    expect(kids.size).toBe(4);
    expect(checks).toBeGreaterThan(1_000);
    expect(await kidsOf(instances[0])).toHaveLength(4);
    for (const { close } of verifiers) close();
  });

  it('a key is published before it signs and removed when its last token has expired', async () => {
    const { clock, instances } = cluster;
    const [old] = await kidsOf(instances[0]);
    const lastToken = await issue(instances[0]);
    const rotation = await cluster.rotate();
    const kid = rotation.outcome === 'rotated' ? rotation.kid : undefined;

    clock.advanceMs(5_000);
    for (const auth of instances) {
      expect(await kidsOf(auth)).toEqual([kid, old]);
      expect(kidOf(await issue(auth))).toBe(old);
    }
    clock.advanceMs(KEY_ACTIVATION_MS);
    for (const auth of instances) expect(kidOf(await issue(auth))).toBe(kid);

    clock.advanceMs(OUTLIVED_MS);
    for (const auth of instances) expect(await kidsOf(auth)).toEqual([kid]);
    const verifier = startVerifier(cluster, 0);
    await expect(verifier.verify(lastToken)).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    await expect(verifier.verify(await issue(instances[1]))).resolves.toBeDefined();
    verifier.close();
  });

  it('exactly one new key is created at the maximum age, although all instances see it is due', async () => {
    const { clock, instances } = cluster;
    for (let generation = 2; generation <= 4; generation += 1) {
      clock.advanceMs(91 * DAY_MS);

      // Several concurrent rotations: creating a key takes longer than the deadline of a call.
      await eventually(async () => {
        await Promise.all([...instances, ...instances].map(issue));
        clock.advanceMs(5_000);
        expect((await cluster.stored())[0]).toBe(generation);
        const [first, ...others] = await Promise.all(instances.map(kidsOf));
        expect(first).toHaveLength(2);
        expect(others).toEqual(others.map(() => first));
      }, 20_000);

      // The old keys are gone, and no second new one was created.
      expect(await cluster.stored()).toEqual([generation, generation - 1]);
    }
  });

  it('concurrent rotations by several operators create one key, and none right after', async () => {
    const outcomes = await Promise.all([cluster.rotate(), cluster.rotate(), cluster.rotate()]);

    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['fresh', 'fresh', 'rotated']);
    await expect(cluster.rotate()).resolves.toMatchObject({ outcome: 'fresh' });
  });

  it('revoking old keys invalidates their tokens wherever keys are fetched again', async () => {
    const { clock, instances } = cluster;
    const verifier = startVerifier(cluster, 0);
    const stolen = await issue(instances[0]);
    await verifier.verify(stolen);

    await cluster.rotate({ revokeOld: true });
    clock.advanceMs(5_000);

    for (const auth of instances) expect(await kidsOf(auth)).toHaveLength(1);
    const fresh = await issue(instances[1]);
    expect(kidOf(fresh)).not.toBe(kidOf(stolen));
    await expect(verifier.verify(fresh)).resolves.toBeDefined();
    await expect(verifier.verify(stolen)).rejects.toMatchObject({ reason: 'TOKEN_INVALID' });
    clock.advanceMs(VERIFIER_CACHE_MS);
    await expect(verifier.verify(fresh)).resolves.toBeDefined();
    verifier.close();
  });

  it('a rotation with another KEY_ENCRYPTION_SECRET creates no key', async () => {
    const before = await kidsOf(cluster.instances[0]);

    await expect(cluster.rotate({ secret: 'x'.repeat(32) })).rejects.toThrow(ConfigError);

    cluster.clock.advanceMs(5_000);
    await expect(kidsOf(cluster.instances[0])).resolves.toEqual(before);
  });
});
