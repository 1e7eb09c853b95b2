import { type Auth, startAuth } from './auth-fixture';

let auth: Auth;

beforeAll(async () => {
  auth = await startAuth({ env: { REFRESH_GRACE_SECONDS: '0' } });
});
afterAll(() => auth.stop());

describe('without a grace period', () => {
  it('without a grace period a reused refresh token ends its session at once', async () => {
    const { tokens } = await auth.newCustomer();
    const next = await auth.refresh(tokens.refreshToken);

    await expect(auth.refresh(tokens.refreshToken)).rejects.toMatchObject({
      reason: 'REFRESH_TOKEN_REUSED',
    });
    await expect(auth.refresh(next.refreshToken)).rejects.toMatchObject({
      reason: 'INVALID_REFRESH_TOKEN',
    });
  });

  it('without a grace period at most one of 10 concurrent refreshes gets tokens, and they are revoked', async () => {
    const { tokens } = await auth.newCustomer();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => auth.refresh(tokens.refreshToken)),
    );

    const pairs = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    expect(pairs.length).toBeLessThanOrEqual(1);
    for (const { refreshToken } of pairs) {
      await expect(auth.refresh(refreshToken)).rejects.toMatchObject({
        reason: 'INVALID_REFRESH_TOKEN',
      });
    }
  });
});
