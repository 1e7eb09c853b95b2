import { createRefreshTokenSource } from './refresh-token.source';

const { create, hash } = createRefreshTokenSource();

describe('the refresh token source', () => {
  it('makes tokens of 256 random bits that fit into a URL', () => {
    const tokens = Array.from({ length: 100 }, create);

    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it('stores the same unreadable hash of a token for ever', () => {
    // Pinned: if this changes, every session ends with the next release.
    expect(hash('token')).toBe('PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A');
    expect(hash('token ')).not.toBe(hash('token'));
  });
});
