import { createRefreshTokenSource } from './refresh-token.source';

const { create, hash } = createRefreshTokenSource();

describe('the refresh token source', () => {
  it('refresh tokens are URL-safe and have 256 random bits', () => {
    const tokens = Array.from({ length: 100 }, create);

    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('the hash of a refresh token is the same in every release', () => {
    // Pinned: a change would end every session at the next release.
    expect(hash('token')).toBe('PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A');
    expect(hash('token ')).not.toBe(hash('token'));
  });
});
