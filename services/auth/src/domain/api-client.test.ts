import { type ApiClientSecret, isUntouched, livingSecrets, planEnds } from './api-client';

const NOW = new Date('2026-01-01T00:00:00Z');
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const secret = (secretId: string, endsAt?: Date): ApiClientSecret => ({
  secretId,
  hash: 'hash',
  createdAt: NOW,
  ...(endsAt && { endsAt }),
});

describe('secrets of an API client', () => {
  it('a secret lives until its end, and not at it', () => {
    const secrets = [secret('ended', NOW), secret('ending', inSeconds(0.001)), secret('newest')];

    expect(livingSecrets({ secrets }, NOW).map(({ secretId }) => secretId)).toEqual([
      'ending',
      'newest',
    ]);
  });

  it('a rotation ends every living secret, and never lengthens the life of one', () => {
    const secrets = [
      secret('ended', NOW),
      secret('soon', inSeconds(10)),
      secret('late', inSeconds(90)),
      secret('newest'),
    ];

    expect(planEnds({ secrets }, NOW, inSeconds(60))).toEqual([
      secret('soon', inSeconds(10)),
      secret('late', inSeconds(60)),
      secret('newest', inSeconds(60)),
    ]);
  });

  it('a client is untouched until it is used, rotated or revoked', () => {
    const client = {
      clientId: 'c',
      name: 'Shop',
      scopes: [],
      secrets: [secret('newest')],
      createdBy: 'u',
      createdAt: NOW,
    };

    expect(isUntouched(client)).toBe(true);
    for (const mark of ['lastUsedAt', 'rotatedAt', 'revokedAt']) {
      expect(isUntouched({ ...client, [mark]: NOW })).toBe(false);
    }
  });
});
