import { Role } from '@flashreserve/contracts/auth';
import { type AuthConnection, connectAuth } from '@flashreserve/identity';
import { systemClock } from '@flashreserve/ops';
import { eventually } from '../../support/eventually';
import { ADMIN, type Auth, GATEWAY, PASSWORD, startAuth } from './auth-fixture';

// Goal: ending a session at one instance of auth revokes its access tokens at every component
// within 5 s, whichever instance the component polls; and an outage of auth affects administrators
// only. Method: two instances on one real store, and the connection of a component that polls the
// second instance.

/** The guaranteed bound, plus slack for a busy machine; the tokens live for 900 s. */
const WITHIN_MS = 15_000;

let one: Auth;
let two: Auth;
let component: AuthConnection;
let adminToken: string;

beforeAll(async () => {
  one = await startAuth();
  two = await startAuth({ prefix: one.prefix });
  component = connectAuth({ ...GATEWAY, target: two.target, clock: systemClock });
  adminToken = await one.adminToken();
});
afterAll(async () => {
  component.close();
  await one.stop();
  await two.stop();
});

const authenticate = (token: string) => component.verifier.authenticate(`Bearer ${token}`);
const confirm = async (token: string) =>
  component.verifier.confirmSession(await authenticate(token));
const expectRefusedSoon = (token: string): Promise<void> =>
  eventually(
    () => expect(authenticate(token)).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' }),
    WITHIN_MS,
  );

const newAdmin = async () => {
  const { email, userId } = await one.register({ role: Role.ROLE_ADMIN, token: adminToken });
  return { email, userId, tokens: await one.login(email) };
};

it('a log-out, a role change, a password change and token reuse each revoke access tokens at a component', async () => {
  const [loggedOut, demoted, changed, stolen] = await Promise.all([
    newAdmin(),
    newAdmin(),
    newAdmin(),
    newAdmin(),
  ]);
  const kept = await one.login(changed.email);
  for (const { tokens } of [loggedOut, demoted, changed, stolen]) await confirm(tokens.accessToken);

  await one.call('revokeSession', { refreshToken: loggedOut.tokens.refreshToken });
  await one.call(
    'setUserRole',
    { userId: demoted.userId, role: Role.ROLE_CUSTOMER },
    { token: adminToken },
  );
  await one.call(
    'changePassword',
    { currentPassword: PASSWORD, newPassword: 'another password' },
    { token: kept.accessToken },
  );

  await Promise.all(
    [loggedOut, demoted, changed].map(({ tokens }) => expectRefusedSoon(tokens.accessToken)),
  );
  for (const token of [kept.accessToken, stolen.tokens.accessToken, adminToken]) {
    await expect(confirm(token)).resolves.toBeUndefined();
  }
});

it('a component refuses tokens of sessions that ended before it started', async () => {
  const { tokens } = await one.newCustomer();
  await one.call('revokeSession', { refreshToken: tokens.refreshToken });
  const late = connectAuth({ ...GATEWAY, target: two.target, clock: systemClock });
  const { accessToken } = await one.login(ADMIN.email, ADMIN.password);
  await late.verifier.confirmSession(await late.verifier.authenticate(`Bearer ${accessToken}`));

  await expect(late.verifier.authenticate(`Bearer ${tokens.accessToken}`)).rejects.toMatchObject({
    reason: 'TOKEN_REVOKED',
  });
  late.close();
});

it('a logged-out administrator cannot create administrators, effective immediately', async () => {
  const { tokens } = await newAdmin();
  await one.call('revokeSession', { refreshToken: tokens.refreshToken });
  await expect(
    two.register({ role: Role.ROLE_ADMIN, token: tokens.accessToken }),
  ).rejects.toMatchObject({ reason: 'TOKEN_REVOKED' });
});

it('revoked sessions are listed page by page, each once', async () => {
  const token = (await one.call('issueServiceToken', GATEWAY)).accessToken;
  const all = await one.call('listRevokedSessions', { pageSize: 0, pageToken: '' }, { token });
  const found: string[] = [];
  let pageToken = '';
  do {
    const page = await two.call('listRevokedSessions', { pageSize: 1, pageToken }, { token });
    found.push(...page.sessions.map(({ sessionId }) => sessionId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(found.length).toBeGreaterThan(2);
  expect(found).toEqual(all.sessions.map(({ sessionId }) => sessionId));
});

it('while auth is down tokens of buyers are accepted, and administrators get AUTH_UNAVAILABLE', async () => {
  const buyer = (await one.newCustomer()).tokens.accessToken;
  await confirm(adminToken);
  await authenticate(buyer);
  await one.stop();
  await two.stop();

  await eventually(
    () => expect(confirm(adminToken)).rejects.toMatchObject({ reason: 'AUTH_UNAVAILABLE' }),
    30_000,
  );
  await expect(authenticate(buyer)).resolves.toMatchObject({ role: 'CUSTOMER' });
});
