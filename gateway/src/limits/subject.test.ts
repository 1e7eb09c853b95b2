import { accountKey } from './subject';

describe('an account is counted', () => {
  it('the same however its address is written', () => {
    expect(accountKey(' Ann@Example.test ')).toBe(accountKey('ann@example.test'));
    expect(accountKey('ann@example.test')).not.toBe(accountKey('bob@example.test'));
  });

  it('without its address being kept', () => {
    expect(accountKey('ann@example.test')).toMatch(/^[\w-]{22}$/);
  });
});
