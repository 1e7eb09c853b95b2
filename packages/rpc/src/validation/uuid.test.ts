import { canonicalId, uuid } from './uuid';

const LOWER = '0190a000-abcd-7000-8000-0123456789ef';

describe('an id', () => {
  it('an id is normalized to lower case', () => {
    expect(uuid.parse(LOWER.toUpperCase())).toBe(LOWER);
    expect(canonicalId(LOWER.toUpperCase())).toBe(LOWER);
    expect(canonicalId(LOWER)).toBe(LOWER);
  });

  it.each(['', 'x', `${LOWER}0`, `{${LOWER}}`, LOWER.replaceAll('-', ''), `${LOWER}\n`])(
    'text that is not exactly a UUID is refused: %j',
    (text) => {
      expect(uuid.safeParse(text).success).toBe(false);
    },
  );

  it.each(['Customer-7', 'A', `X${LOWER.toUpperCase()}`])(
    "a caller's id that is not a UUID is left unchanged: %s",
    (text) => {
      expect(canonicalId(text)).toBe(text);
    },
  );
});
