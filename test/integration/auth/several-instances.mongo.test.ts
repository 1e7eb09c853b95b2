import type { JsonWebKey } from '@flashreserve/contracts/auth';
import { ConfigError, createSilentLogger, createTestClock } from '@flashreserve/ops';
import { connectMongo } from '@flashreserve/store';
import { createKeyCipher } from '../../../services/auth/src/crypto/key.cipher';
import { createKeyVault } from '../../../services/auth/src/crypto/key-vault';
import { createModels } from '../../../services/auth/src/mongo/models';
import { createSigningKeyRepository } from '../../../services/auth/src/mongo/signing-key.repository';
import { testStores, uniquePrefix } from '../../support/stores';
import { type Auth, authEnvironment, GATEWAY, startAuth } from './auth-fixture';

const clock = createTestClock(new Date());
const prefix = uniquePrefix();
let instances: readonly Auth[];

beforeAll(async () => {
  instances = await Promise.all([1, 2, 3].map(() => startAuth({ prefix, clock })));
});
afterAll(() => Promise.all(instances.map((auth) => auth.stop())));

const keysOf = async (auth: Auth): Promise<readonly JsonWebKey[]> =>
  (await auth.call('getJwks', {})).keys;

const kidOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;

/** Every instance returns the user to the holder of a token signed by `issuer`. */
const expectAccepted = async (issuer: Auth): Promise<void> => {
  const { user, tokens } = await issuer.newCustomer();
  for (const auth of instances) {
    await expect(
      auth.call('getUser', { userId: user.userId }, { token: tokens.accessToken }),
    ).resolves.toEqual({ user });
  }
};

/** Stores the next key like another instance would. */
const storeNextKey = async (): Promise<string> => {
  const env = authEnvironment({ prefix });
  const connection = await connectMongo({
    uri: testStores().calmMongoUri,
    dbName: `${prefix}_auth`,
    log: createSilentLogger(),
  });
  const vault = createKeyVault({
    cipher: createKeyCipher(env['KEY_ENCRYPTION_SECRET'] ?? ''),
  });
  const key = await vault.generate();
  await createSigningKeyRepository(createModels(connection)).insertIfAbsent({
    ...key,
    generation: 2,
    createdAt: clock.now(),
  });
  await connection.close();
  return key.kid;
};

describe('several instances on one database', () => {
  it("instances that start concurrently share one key and accept each other's tokens", async () => {
    const [first = [], ...others] = await Promise.all(instances.map(keysOf));

    expect(first).toEqual([
      {
        kty: 'RSA',
        use: 'sig',
        alg: 'RS256',
        kid: expect.any(String),
        n: expect.any(String),
        e: 'AQAB',
      },
    ]);
    expect(others).toEqual(others.map(() => first));
    for (const auth of instances) await expectAccepted(auth);
  });

  it('a session opened at one instance can be continued and ended at another', async () => {
    const [one, two, three] = instances as [Auth, Auth, Auth];
    const { tokens } = await one.newCustomer();

    const next = await two.refresh(tokens.refreshToken);
    await three.call('revokeSession', { refreshToken: next.refreshToken });

    await expect(one.refresh(next.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
  });

  it('a new key is published first and signs once every verifier can have fetched it', async () => {
    const before = await instances[0]?.newCustomer();
    const newKid = await storeNextKey();

    clock.advanceMs(5_000);
    for (const auth of instances) {
      expect((await keysOf(auth)).map(({ kid }) => kid)).toContain(newKid);
      const { tokens } = await auth.newCustomer();
      expect(kidOf(tokens.accessToken)).not.toBe(newKid);
    }

    clock.advanceMs(10_000);
    for (const auth of instances) {
      const { tokens } = await auth.newCustomer();
      expect(kidOf(tokens.accessToken)).toBe(newKid);
      await expectAccepted(auth);
      const token = before?.tokens.accessToken;
      const userId = before?.user.userId ?? '';
      await expect(auth.call('getUser', { userId }, { token })).resolves.toBeDefined();
    }
  });

  it('an instance with another KEY_ENCRYPTION_SECRET does not start and logs why', async () => {
    const start = startAuth({ prefix, env: { KEY_ENCRYPTION_SECRET: 'x'.repeat(32) } });

    await expect(start).rejects.toThrow(ConfigError);
    await expect(start).rejects.toThrow(/KEY_ENCRYPTION_SECRET/);
  });
});

describe('IssueServiceToken', () => {
  it('IssueServiceToken issues a token to a known service at every instance', async () => {
    for (const auth of instances) {
      const issued = await auth.call('issueServiceToken', GATEWAY);
      expect(issued.expiresInSeconds).toBe(3_600);
    }
  });

  it.each([
    ['unknown', GATEWAY.clientSecret],
    [GATEWAY.clientId, 'x'.repeat(32)],
    ['catalog', GATEWAY.clientSecret],
  ])(
    'IssueServiceToken refuses %s with a secret of another client',
    async (clientId, clientSecret) => {
      await expect(
        instances[0]?.call('issueServiceToken', { clientId, clientSecret }),
      ).rejects.toMatchObject({ kind: 'unauthenticated', reason: 'INVALID_CREDENTIALS' });
    },
  );
});
