import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import type { ApiClient } from '../domain/api-client';
import { createIssueAccessToken } from './issue-access-token';
import { createIssueClientToken } from './issue-client-token';
import type { ApiClientRepository } from './ports';

const NOW = new Date('2026-01-01T00:00:00Z');
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);

const shop: ApiClient = {
  clientId: 'shop',
  name: 'Shop',
  scopes: ['products:write'],
  secrets: [{ secretId: 's-1', hash: 'hash of right', createdAt: NOW }],
  createdBy: 'u',
  createdAt: NOW,
};

const setUp = (apiClients: Partial<ApiClientRepository> = {}) => {
  const clock = createTestClock(NOW);
  const warnings: string[] = [];
  const log = createSilentLogger();
  jest.spyOn(log, 'warn').mockImplementation((_fields: unknown, message?: string) => {
    warnings.push(message ?? '');
  });
  const issue = createIssueClientToken({
    apiClients: { findById: async () => shop, noteUse: async () => undefined, ...apiClients },
    clientSecrets: {
      newClientId: () => 'new',
      create: () => 'new',
      hash: (secret) => `hash of ${secret}`,
      find: (secret, candidates) => candidates.find(({ hash }) => hash === `hash of ${secret}`),
    },
    issueAccessToken: createIssueAccessToken({
      keyRing: {
        publicKeys: async () => [],
        signer: async () => (_subject, life) => JSON.stringify(life),
      },
      clock,
      ttlSeconds: { user: 900, client: 900, service: 900 },
    }),
    clock,
    log,
  });
  const request = { clientId: 'shop', clientSecret: 'right', scopes: [] };
  return { clock, warnings, issue: () => issue(request) };
};

describe('IssueClientToken', () => {
  it('a token is issued although its use cannot be stored, and the failure is logged', async () => {
    const { issue, warnings } = setUp({ noteUse: () => Promise.reject(new Error('away')) });

    await expect(issue()).resolves.toMatchObject({ expiresInSeconds: 900 });
    expect(warnings).toEqual(['The last use of an API client could not be stored.']);
  });

  it('a store that hangs while the use is stored delays a token, and does not stop it', async () => {
    const { issue } = setUp({ noteUse: () => new Promise(() => undefined) });

    await expect(issue()).resolves.toMatchObject({ expiresInSeconds: 900 });
  });

  it('a token counts from before the client was read, however slow the store is', async () => {
    const { clock, issue } = setUp({
      findById: async () => {
        clock.advanceMs(60_000);
        return shop;
      },
    });

    expect(JSON.parse((await issue()).accessToken)).toMatchObject({ issuedAt: NOW.toJSON() });
  });

  it.each([0, 0.5, 1])('a secret that ends in %s s gets no token', async (seconds) => {
    const secrets = shop.secrets.map((secret) => ({ ...secret, endsAt: inSeconds(seconds) }));
    const { issue } = setUp({ findById: async () => ({ ...shop, secrets }) });

    await expect(issue()).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
  });

  it('a client whose scopes this version does not know gets no token', async () => {
    const { issue } = setUp({ findById: async () => ({ ...shop, scopes: [] }) });

    await expect(issue()).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
  });
});
