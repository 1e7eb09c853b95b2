import { createTestClock } from '@flashreserve/ops';
import { createIssueAccessToken } from './issue-access-token';
import { createIssueServiceToken } from './issue-service-token';

const NOW = new Date('2026-11-22T10:00:00Z');

const setUp = () => {
  const issueAccessToken = createIssueAccessToken({
    keyRing: {
      publicKeys: async () => [],
      signer: async () => (subject, life) => JSON.stringify({ subject, life }),
    },
    clock: createTestClock(NOW),
    ttlSeconds: { user: 900, client: 600, service: 300 },
  });
  const issueServiceToken = createIssueServiceToken({
    clients: {
      isAuthentic: (clientId, secret) => clientId === 'orders' && secret === 'the secret',
    },
    issueAccessToken,
  });
  return { issueAccessToken, issueServiceToken };
};

describe('IssueAccessToken', () => {
  it('IssueAccessToken signs a token for the given subject and returns its lifetime', async () => {
    const subject = {
      kind: 'user',
      userId: 'u-1',
      role: 'CUSTOMER',
      sessionId: 's-1',
    } as const;

    expect(await setUp().issueAccessToken(subject)).toEqual({
      accessToken: JSON.stringify({ subject, life: { issuedAt: NOW, ttlSeconds: 900 } }),
      expiresInSeconds: 900,
    });
  });
});

describe("the life of an API client's token", () => {
  const client = {
    kind: 'client',
    clientId: 'shop',
    name: 'Shop',
    scopes: ['products:write'],
    sessionId: 's-1',
  } as const;
  const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

  it.each<[string, Date | undefined, number]>([
    ['is the configured one for a secret without an end', undefined, 600],
    ['is the configured one if the secret ends later', after(601), 600],
    ['ends with the secret', after(599), 599],
    ['never ends after the secret, not even by a part of a second', after(1.9), 1],
  ])('the life of a token %s', async (_what, endsAt, ttlSeconds) => {
    const { issueAccessToken } = setUp();

    expect(await issueAccessToken(client, { issuedAt: NOW, endsAt })).toEqual({
      accessToken: JSON.stringify({ subject: client, life: { issuedAt: NOW, ttlSeconds } }),
      expiresInSeconds: ttlSeconds,
    });
  });
});

describe('IssueServiceToken', () => {
  it('IssueServiceToken issues a token with the lifetime of services for the right secret', async () => {
    const issued = await setUp().issueServiceToken({
      clientId: 'orders',
      clientSecret: 'the secret',
    });

    expect(issued).toEqual({
      accessToken: JSON.stringify({
        subject: { kind: 'service', clientId: 'orders' },
        life: { issuedAt: NOW, ttlSeconds: 300 },
      }),
      expiresInSeconds: 300,
    });
  });

  it.each([
    ['orders', 'another secret'],
    ['another', 'the secret'],
  ])('IssueServiceToken issues no token to %s with "%s"', async (clientId, clientSecret) => {
    await expect(setUp().issueServiceToken({ clientId, clientSecret })).rejects.toMatchObject({
      kind: 'unauthenticated',
      reason: 'INVALID_CREDENTIALS',
    });
  });
});
