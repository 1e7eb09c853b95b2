import { Role } from '@flashreserve/contracts/auth';
import { type Auth, freshEmail, startAuth } from './auth-fixture';

// Goal: passwords and addresses match in every equivalent Unicode form, and no name is invisible.
// Method: one instance on the real store, called directly.

let auth: Auth;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const register = (email: string, password = 'correct horse', name = '') =>
  auth.call('register', { email, password, name, role: Role.ROLE_UNSPECIFIED });

const COMPOSED = 'caf\u00e9 caf\u00e9';
const DECOMPOSED = 'cafe\u0301\u00a0cafe\u0301';

it.each([
  ['registered composed', COMPOSED, DECOMPOSED],
  ['registered decomposed', DECOMPOSED, COMPOSED],
])(
  'a password %s matches in the other Unicode form, also after a change',
  async (_how, first, other) => {
    const email = freshEmail();
    await register(email, first);
    const { accessToken: token } = await auth.login(email, other);

    await auth.call(
      'changePassword',
      { currentPassword: other, newPassword: `new ${first}` },
      { token },
    );
    await expect(auth.login(email, `new ${other}`)).resolves.toBeDefined();
    await expect(auth.login(email, first)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
  },
);

it('an international address is one account in every spelling, stored with its domain in ASCII', async () => {
  const tail = freshEmail().split('@')[0];
  const { user } = await register(`Zo\u00eb-${tail}@M\u00dcNCHEN.example`);
  expect(user?.email).toBe(`zo\u00eb-${tail}@xn--mnchen-3ya.example`);

  for (const email of [
    `zoe\u0308-${tail}@mu\u0308nchen.example`,
    `ZO\u00cb-${tail}@xn--MNCHEN-3ya.example`,
  ]) {
    await expect(register(email)).rejects.toMatchObject({ reason: 'EMAIL_TAKEN' });
    await expect(auth.login(email, 'correct horse')).resolves.toBeDefined();
  }
});

it.each(['a!b', 'a&b', 'a/b'])('%s is allowed before the "@"', async (start) => {
  const email = `${start}-${freshEmail()}`;
  await register(email);
  await expect(auth.login(email, 'correct horse')).resolves.toBeDefined();
});

it.each([
  ['zero-width characters', '\u200b\u200d\u2060'],
  ['direction characters', '\u202e\u200f\u2066'],
  ['control characters', '\u0001\u0085'],
  ['tags', '\u{e0041}\u{e007f}'],
])('a name made of %s is refused', async (_what, name) => {
  await expect(register(freshEmail(), 'correct horse', name)).rejects.toMatchObject({
    reason: 'INVALID_REQUEST',
    fieldViolations: [expect.objectContaining({ field: 'name' })],
  });
});

it.each(['Zoë 🐎', 'مريم', '\u200fדנה\u200e', '👩\u200d👩\u200d👧'])(
  'the name %s is stored unchanged',
  async (name) => {
    expect((await register(freshEmail(), 'correct horse', name)).user?.name).toBe(name);
  },
);
