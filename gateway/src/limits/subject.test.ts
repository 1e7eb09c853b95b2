import { accountKey } from './subject';

describe('the counter key of an account', () => {
  it('all spellings of an e-mail address have the same key', () => {
    expect(accountKey(' Ann@Example.test ')).toBe(accountKey('ann@example.test'));
    expect(accountKey('ann@example.test')).not.toBe(accountKey('bob@example.test'));
  });

  it('the key does not contain the e-mail address', () => {
    expect(accountKey('ann@example.test')).toMatch(/^[\w-]{22}$/);
  });
});
