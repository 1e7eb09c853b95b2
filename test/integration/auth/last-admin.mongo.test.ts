import { Role } from '@flashreserve/contracts/auth';
import { ADMIN, type Auth, PASSWORD, startAuth } from './auth-fixture';

interface Administrator {
  readonly userId: string;
  readonly logIn: () => Promise<string>;
}

const ROUNDS = 5;
let auth: Auth;
let admins: readonly Administrator[];

const administrator = (userId: string, email: string, password: string): Administrator => ({
  userId,
  logIn: async () => (await auth.login(email, password)).accessToken,
});

const setRole = (userId: string, role: Role, token: string) =>
  auth.call('setUserRole', { userId, role }, { token });

const findAdmins = async (): Promise<readonly Administrator[]> => {
  const users = await Promise.all(
    admins.map(async ({ userId, logIn }) =>
      auth.call('getUser', { userId }, { token: await logIn() }),
    ),
  );
  return admins.filter((_admin, index) => users[index]?.user?.role === Role.ROLE_ADMIN);
};

beforeAll(async () => {
  auth = await startAuth();
  const root = await auth.adminToken();
  const rootId: unknown = JSON.parse(
    Buffer.from(root.split('.')[1] ?? '', 'base64url').toString(),
  ).sub;
  const others = await Promise.all(
    Array.from({ length: 5 }, () => auth.register({ role: Role.ROLE_ADMIN, token: root })),
  );
  admins = [
    administrator(String(rootId), ADMIN.email, ADMIN.password),
    ...others.map(({ userId, email }) => administrator(userId, email, PASSWORD)),
  ];
});
afterAll(() => auth.stop());

describe('the last administrator', () => {
  it('one administrator remains when administrators demote each other concurrently', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const tokens = await Promise.all(admins.map(({ logIn }) => logIn()));

      const outcomes = await Promise.allSettled(
        admins.map(({ userId }, index) =>
          setRole(userId, Role.ROLE_CUSTOMER, tokens[(index + 1) % tokens.length] ?? ''),
        ),
      );

      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          expect(['LAST_ADMIN', 'ADMIN_REQUIRED']).toContain(outcome.reason.reason);
        }
      }
      const left = await findAdmins();
      expect(left.length).toBeGreaterThanOrEqual(1);
      const token = (await left[0]?.logIn()) ?? '';
      for (const { userId } of admins) await setRole(userId, Role.ROLE_ADMIN, token);
    }
  });

  it('the last administrator cannot demote itself', async () => {
    const [first, ...others] = admins;
    const token = (await first?.logIn()) ?? '';
    for (const { userId } of others) await setRole(userId, Role.ROLE_CUSTOMER, token);

    await expect(setRole(first?.userId ?? '', Role.ROLE_CUSTOMER, token)).rejects.toMatchObject({
      kind: 'precondition',
      reason: 'LAST_ADMIN',
    });
    expect(await findAdmins()).toHaveLength(1);
  });
});
