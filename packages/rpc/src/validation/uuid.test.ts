import { canonicalId, uuid } from './uuid';

const LOWER = '0190a000-abcd-7000-8000-0123456789ef';

describe('an id', () => {
  it('has one spelling, in whatever case it comes', () => {
    expect(uuid.parse(LOWER.toUpperCase())).toBe(LOWER);
    expect(canonicalId(LOWER.toUpperCase())).toBe(LOWER);
    expect(canonicalId(LOWER)).toBe(LOWER);
  });

  it.each(['', 'x', `${LOWER}0`, `{${LOWER}}`, LOWER.replaceAll('-', ''), `${LOWER}\n`])(
    'of our own is a UUID and nothing else: %j',
    (text) => {
      expect(uuid.safeParse(text).success).toBe(false);
    },
  );

  it.each(['Customer-7', 'A', `X${LOWER.toUpperCase()}`])(
    'of a caller that is no UUID stays as it is: %s',
    (text) => {
      expect(canonicalId(text)).toBe(text);
    },
  );
});
