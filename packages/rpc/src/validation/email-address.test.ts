import { z } from 'zod';
import { emailAddress, normaliseEmail } from './email-address';

const schema = emailAddress(z.string());
const isAddress = (text: string): boolean => schema.safeParse(text).success;

describe('an e-mail address', () => {
  it.each([
    ['  Ann.Smith@Example.ORG \n', 'ann.smith@example.org'],
    ['ZOË@MÜNCHEN.example', 'zoë@xn--mnchen-3ya.example'],
    ['zoe\u0308@mu\u0308nchen.example', 'zoë@xn--mnchen-3ya.example'],
    ['zoë@XN--MNCHEN-3YA.example', 'zoë@xn--mnchen-3ya.example'],
  ])('an e-mail address is normalized to one form: %j', (text, form) => {
    expect(normaliseEmail(text)).toBe(form);
    expect(normaliseEmail(form)).toBe(form);
    expect(isAddress(form)).toBe(true);
  });

  it.each([
    'a@b.co',
    'a!b@x.example',
    'a&b@x.example',
    'a/b@x.example',
    "!#$%&'*+/=?^_`{|}~-@x.example",
    'ann.smith+sale@mail.example.org',
    'admin@flashreserve.local',
    '1@1.1x',
    'аnn@example.org',
    'Πέτρος@παράδειγμα.example',
    '用户@例え.テスト',
    'مستخدم@مثال.example',
    '🐎@x.example',
    `${'a'.repeat(64)}@x.example`,
  ])('an e-mail address is accepted: %s', (email) => {
    expect(isAddress(email)).toBe(true);
  });

  it.each([
    '',
    'ann',
    '@example.org',
    'ann@',
    'ann@localhost',
    'ann@example..org',
    'ann@-example.org',
    'ann@example-.org',
    'ann smith@example.org',
    'ann@exam ple.org',
    'ann@example.org\u0000',
    'ann@@example.org',
    '.ann@example.org',
    'ann.@example.org',
    'an..n@example.org',
    '"ann"@example.org',
    'an\u200bn@example.org',
    'ann\u202e@example.org',
    'ann\u00a0@example.org',
    'ann@ex\u00adample.org',
    'ann@é.org/path',
    'ann@é.org:80',
    'ann@%41é.org',
    'ann@é℀.org',
    'ann@xn--a.é',
    `${'a'.repeat(65)}@example.org`,
    `${'é'.repeat(33)}@example.org`,
    `a@${'ü'.repeat(62)}.example`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}`,
  ])('an e-mail address is refused: %j', (email) => {
    expect(isAddress(email)).toBe(false);
  });

  it.each(['a@é.org/path', 'a@é.org:80', 'a@%41é.org', 'a@é\u00ad.org'])(
    'normalizing does not turn invalid text into an address: %j',
    (text) => {
      expect(normaliseEmail(text)).toBe(text.toLowerCase());
    },
  );

  it('an invalid address gets one error, and text of any length is processed quickly', () => {
    for (const text of [
      'x',
      'a'.repeat(1_000_000),
      `a@${'b.'.repeat(500_000)}`,
      'a.'.repeat(500_000),
    ]) {
      const { error } = schema.safeParse(text);
      expect(error?.issues).toHaveLength(1);
    }
    expect(normaliseEmail(`a${'\u0301\u0327'.repeat(500_000)}`)).toHaveLength(1_000_001);
  });
});
