import { createHealthProbe, type HealthProbe } from '@flashreserve/rpc';
import { eventually } from '../../support/eventually';
import { type StoreProxy, startStoreProxy } from '../../support/store-proxy';
import { testStores } from '../../support/stores';
import { type Auth, GATEWAY, startAuth } from './auth-fixture';

let proxy: StoreProxy;
let auth: Auth;
let health: HealthProbe;

beforeAll(async () => {
  proxy = await startStoreProxy(testStores().mongoUri);
  auth = await startAuth({ env: { MONGO_URI: proxy.uri } });
  health = createHealthProbe(auth.target);
});
afterAll(async () => {
  health.close();
  await auth.stop();
  await proxy.stop();
});

const expectServing = (isServing: boolean): Promise<void> =>
  eventually(async () => {
    expect(await health.isServing(1_000)).toBe(isServing);
  }, 15_000);

describe.each(['cut', 'freeze'] as const)('while the store is unavailable (%s)', (fault) => {
  it('during the outage auth reports why it is not ready, serves calls without store access, and recovers', async () => {
    const { user, tokens } = await auth.newCustomer();
    await expectServing(true);

    proxy[fault]();

    await expectServing(false);
    await expect(
      auth.call('getUser', { userId: user.userId }, { token: tokens.accessToken }),
    ).rejects.toMatchObject({ kind: 'unavailable', reason: 'STORE_UNAVAILABLE' });
    const { keys } = await auth.call('getJwks', {}, { timeoutMs: 3_000 });
    expect(keys).toHaveLength(1);
    await expect(
      auth.call('issueServiceToken', GATEWAY, { timeoutMs: 3_000 }),
    ).resolves.toMatchObject({ expiresInSeconds: 3_600 });

    proxy.heal();

    await expectServing(true);
    await expect(auth.login(user.email)).resolves.toBeDefined();
    await expect(auth.refresh(tokens.refreshToken)).resolves.toBeDefined();
  }, 60_000);
});

describe('stopping', () => {
  it('a stopping auth finishes calls in flight', async () => {
    // Without faults: a login that fails because of the store could not be retried, because the
    // instance stops.
    const stopping = await startAuth({ env: { MONGO_URI: testStores().calmMongoUri } });
    const user = await stopping.register();
    const logins = Promise.all(Array.from({ length: 10 }, () => stopping.login(user.email)));
    // Calls arrive in order, so the others have arrived once this one is answered.
    await stopping.call('getJwks', {});

    await stopping.stop();

    await expect(logins).resolves.toHaveLength(10);
  });
});
