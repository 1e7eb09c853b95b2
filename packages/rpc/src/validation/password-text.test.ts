import { passwordText } from './password-text';

const schema = passwordText({ min: 8, max: 128, tooShort: 'too short', tooLong: 'too long' });

describe('a password', () => {
  it.each([
    ['accents', 'caf\u00e9-caf\u00e9', 'cafe\u0301-cafe\u0301'],
    ['Hangul', '한국어비밀번호다', '한국어비밀번호다'.normalize('NFD')],
    ['spaces', 'two words', 'two\u00a0words'],
    ['wide spaces', 'two words', 'two\u3000words'],
  ])('a password is the same in every Unicode form: %s', (_what, one, other) => {
    expect(one).not.toBe(other);
    expect(schema.parse(other)).toBe(schema.parse(one));
  });

  it.each([
    ['case', 'password', 'Password'],
    ['width', 'password', 'ｐassword'],
    ['ligatures', 'office-office', 'oﬃce-office'],
    ['accents', 'pässword', 'password'],
    ['surrounding spaces', 'password', 'password '],
  ])('passwords that differ in %s are different', (_what, one, other) => {
    expect(schema.parse(other)).not.toBe(schema.parse(one));
  });

  it('the length of a password is that of its normalized form', () => {
    expect(schema.safeParse('\u1f82'.repeat(128).normalize('NFD')).success).toBe(true);
    expect(schema.safeParse('\u1f82'.repeat(129).normalize('NFD')).error?.issues).toMatchObject([
      { message: 'too long' },
    ]);
    expect(schema.safeParse('e\u0301'.repeat(7)).error?.issues).toMatchObject([
      { message: 'too short' },
    ]);
    expect(schema.safeParse('e\u0301'.repeat(8)).success).toBe(true);
  });

  it('a password of a million accents is refused without being normalized', () => {
    const started = performance.now();
    expect(schema.safeParse(`a${'\u0301\u0327'.repeat(500_000)}`).success).toBe(false);
    // Normalizing it would take minutes.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
