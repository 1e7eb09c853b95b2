import { isUsable, linkFor } from './account-link';
import type { User } from './user';

const NOW = new Date('2026-11-22T10:00:00Z');
const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1_000);
const USER: User = {
  userId: 'u-1',
  email: 'ann@example.org',
  name: '',
  role: 'CUSTOMER',
  createdAt: NOW,
  passwordVersion: 3,
};

describe('links of an account', () => {
  it.each([
    ['password', 1_800],
    ['email', 86_400],
  ] as const)(
    'a link for a new %s is valid for %d seconds, and not at their end',
    (purpose, seconds) => {
      const link = linkFor(USER, { purpose, tokenHash: 'hash' }, NOW);

      expect(isUsable(link, USER, later(seconds - 0.001))).toBe(true);
      expect(isUsable(link, USER, later(seconds))).toBe(false);
    },
  );

  it('a link ends with the password it was made under, and with the user', () => {
    const link = linkFor(USER, { purpose: 'password', tokenHash: 'hash' }, NOW);

    expect(isUsable(link, { ...USER, passwordVersion: 4 }, NOW)).toBe(false);
    expect(isUsable(link, { ...USER, disabledAt: NOW }, NOW)).toBe(false);
    expect(isUsable(link, undefined, NOW)).toBe(false);
  });
});
