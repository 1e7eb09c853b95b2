import { DomainError } from '@flashreserve/rpc';
import { type Auth, connect, freshEmail, PASSWORD, startAuth } from './auth-fixture';

let auth: Auth;

beforeAll(async () => {
  auth = await startAuth();
});
afterAll(() => auth.stop());

const reasonOf = (error: unknown): string =>
  error instanceof DomainError ? error.reason : String(error);

/** The deadline passed, at the server or at the client. */
const LATE: readonly string[] = ['DEADLINE_EXCEEDED'];

/** Registers, with retries if a busy machine exceeds the deadline of a call. */
const registerPatiently = async (email: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await auth.register({ email });
      return;
    } catch (error) {
      const reason = reasonOf(error);
      if (attempt > 1 && reason === 'EMAIL_TAKEN') return;
      if (!LATE.includes(reason)) throw error;
    }
  }
};

describe('auth under load', () => {
  it('500 concurrent registrations all succeed', async () => {
    const emails = Array.from({ length: 500 }, freshEmail);

    await Promise.all(emails.map(registerPatiently));

    await expect(auth.login(emails.at(-1) ?? '')).resolves.toBeDefined();
    await expect(auth.register({ email: emails[0] ?? '' })).rejects.toMatchObject({
      reason: 'EMAIL_TAKEN',
    });
  }, 180_000);

  it('of 1,400 concurrent logins some are refused, and none runs long past its deadline', async () => {
    const { email } = await auth.register();
    // Three connections (one per target), because the server accepts 500 concurrent calls per
    // connection.
    const doors = ['ipv4:', 'dns:', 'dns:///'].map((scheme) => connect(`${scheme}${auth.target}`));
    const timeoutMs = 10_000;
    const startedAt = Date.now();

    const answers = await Promise.all(
      doors.flatMap((door) =>
        Array.from({ length: 467 }, () =>
          door
            .call('login', { email, password: PASSWORD }, { timeoutMs })
            .then(() => 'OK', reasonOf),
        ),
      ),
    );

    expect(Date.now() - startedAt).toBeLessThan(2 * timeoutMs);
    expect(answers.filter((answer) => answer === 'AUTH_BUSY').length).toBeGreaterThan(0);
    expect(answers.filter((answer) => !['OK', 'AUTH_BUSY', ...LATE].includes(answer))).toEqual([]);
    // No work of the burst is left in the queue, so the next login does not wait for it.
    await expect(doors[0]?.login(email)).resolves.toBeDefined();
    for (const { client } of doors) client.close();
  }, 60_000);

  it('concurrent logins do not delay calls that hash no password', async () => {
    const { user, tokens } = await auth.newCustomer();
    let isCrowdServed = false;
    const crowd = Promise.all(Array.from({ length: 150 }, () => auth.login(user.email))).then(
      () => {
        isCrowdServed = true;
      },
    );

    await auth.refresh(tokens.refreshToken);
    await auth.call('getJwks', {});

    expect(isCrowdServed).toBe(false);
    await crowd;
  }, 60_000);
});
