import { type AuthConnection, connectAuth } from '@flashreserve/identity';
import { createTestClock } from '@flashreserve/ops';
import { eventually } from '../../support/eventually';
import { type Auth, GATEWAY, given, startAuth } from './auth-fixture';

// Goal: when a secret of an API client ends, every token that was issued for it ends with it, at
// every component, and no other token does. Method: two instances of auth on one real store, and
// the connection of a component that polls the second one; the test moves the clock.

/** The guaranteed bound, plus slack for a busy machine. */
const WITHIN_MS = 15_000;
/** Before a planned end its tokens may be refused this much earlier. */
const EARLY_MS = 5_000;

const clock = createTestClock(new Date());
let one: Auth;
let two: Auth;
let component: AuthConnection;
let token: string;

beforeAll(async () => {
  one = await startAuth({ clock });
  two = await startAuth({ clock, prefix: one.prefix });
  component = connectAuth({ ...GATEWAY, target: two.target, clock });
  token = await one.adminToken();
});
afterAll(async () => {
  component.close();
  await one.stop();
  await two.stop();
});

interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

const create = async (): Promise<Credentials> => {
  const request = { name: 'Lamp shop', scopes: ['products:write'], requestId: '' };
  const { client, clientSecret } = await one.call('createApiClient', request, { token });
  return { clientId: given(client).clientId, clientSecret };
};
const rotate = async (client: Credentials, overlapSeconds: number): Promise<Credentials> => {
  const request = { clientId: client.clientId, overlapSeconds };
  const { clientSecret } = await one.call('rotateApiClientSecret', request, { token });
  return { ...client, clientSecret };
};
const tokenOf = async (client: Credentials): Promise<string> =>
  (await two.call('issueClientToken', { ...client, scopes: [] })).accessToken;
const authenticate = (accessToken: string) =>
  component.verifier.authenticate(`Bearer ${accessToken}`);
const confirm = async (accessToken: string): Promise<void> =>
  component.verifier.confirmSession(await authenticate(accessToken));
const expectRefusedSoon = (accessToken: string): Promise<void> =>
  eventually(
    () => expect(authenticate(accessToken)).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' }),
    WITHIN_MS,
  );

it('tokens of a revoked client are refused, and those of another client are not', async () => {
  const [revoked, other] = [await create(), await create()];
  const [token1, token2] = [await tokenOf(revoked), await tokenOf(other)];
  await confirm(token1);

  await one.call('revokeApiClient', { clientId: revoked.clientId }, { token });

  await expectRefusedSoon(token1);
  await expect(confirm(token2)).resolves.toBeUndefined();
});

it('a rotation without overlap ends the tokens of the older secret only', async () => {
  const old = await create();
  const oldToken = await tokenOf(old);
  const freshToken = await tokenOf(await rotate(old, 0));

  await expectRefusedSoon(oldToken);
  await expect(confirm(freshToken)).resolves.toBeUndefined();
});

it('a token from before a rotation ends with its secret, not earlier and not later', async () => {
  const old = await create();
  const oldToken = await tokenOf(old);
  const freshToken = await tokenOf(await rotate(old, 60));

  await expect(confirm(oldToken)).resolves.toBeUndefined();
  clock.advanceMs(60_000 - EARLY_MS - 1);
  await expect(confirm(oldToken)).resolves.toBeUndefined();
  clock.advanceMs(EARLY_MS + 1);
  await expect(confirm(oldToken)).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
  await expect(confirm(freshToken)).resolves.toBeUndefined();
});

it('a planned end becomes an immediate one when the client is revoked', async () => {
  const old = await create();
  const oldToken = await tokenOf(old);
  const freshToken = await tokenOf(await rotate(old, 3_600));

  await one.call('revokeApiClient', { clientId: old.clientId }, { token });

  await expectRefusedSoon(oldToken);
  await expectRefusedSoon(freshToken);
});

it('a component refuses tokens of secrets that ended before it started', async () => {
  const client = await create();
  const accessToken = await tokenOf(client);
  await one.call('revokeApiClient', { clientId: client.clientId }, { token });
  const late = connectAuth({ ...GATEWAY, target: two.target, clock });
  try {
    const admin = await late.verifier.authenticate(`Bearer ${token}`);
    await late.verifier.confirmSession(admin);

    await expect(late.verifier.authenticate(`Bearer ${accessToken}`)).rejects.toMatchObject({
      reason: 'TOKEN_REVOKED',
    });
  } finally {
    late.close();
  }
});
