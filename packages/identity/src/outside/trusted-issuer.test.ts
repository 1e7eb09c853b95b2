import { toCustomerId } from './trusted-issuer';

const HASH = /^shop\|sha256:[\w-]{43}$/;

describe('customer ids of outside users', () => {
  it('a subject is kept behind the alias of its issuer', () => {
    expect(toCustomerId('shop', 'auth0|5f7c8ec7c33c6c004bbafe82')).toBe(
      'shop|auth0|5f7c8ec7c33c6c004bbafe82',
    );
  });

  it('an id has at most 128 characters; a longer one is hashed', () => {
    expect(toCustomerId('shop', 'a'.repeat(123))).toHaveLength(128);
    expect(toCustomerId('shop', 'a'.repeat(124))).toMatch(HASH);
  });

  it.each([['a b'], ['a/b'], ['ä'], ['a+b='], ['\u0000'], ['$ne']])(
    'a subject with characters that no customer id may have is hashed: %j',
    (subject) => {
      expect(toCustomerId('shop', subject)).toMatch(HASH);
    },
  );

  it('a subject cannot pretend to be the hash of another', () => {
    const hashed = toCustomerId('shop', 'a'.repeat(200));
    expect(toCustomerId('shop', hashed.slice('shop|'.length))).not.toBe(hashed);
  });

  it('two issuers never name the same customer', () => {
    expect(toCustomerId('a', 'b|c')).not.toBe(toCustomerId('a-b', 'c'));
    expect(toCustomerId('a', 'x'.repeat(200))).not.toBe(toCustomerId('b', 'x'.repeat(200)));
  });
});
