import { accountKey, addressKey } from './subject';

describe('an address is counted', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s as %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('an account is counted', () => {
  it('the same however its address is written', () => {
    expect(accountKey(' Ann@Example.test ')).toBe(accountKey('ann@example.test'));
    expect(accountKey('ann@example.test')).not.toBe(accountKey('bob@example.test'));
  });

  it('without its address being kept', () => {
    expect(accountKey('ann@example.test')).toMatch(/^[\w-]{22}$/);
  });
});
