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
    ttlSeconds: { user: 900, service: 300 },
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
