import { isEmailAddress, normaliseEmail } from './email-address';

describe('e-mail addresses', () => {
  it('are the same whatever their case and surrounding blanks', () => {
    expect(normaliseEmail('  Ann.Smith@Example.ORG \n')).toBe('ann.smith@example.org');
  });

  it.each([
    'a@b.co',
    'ann.smith+sale@mail.example.org',
    "o'brien@example.org",
    'admin@flashreserve.local',
    'x/y=z@example.org',
    '1@1.1x',
  ])('accepts %s', (email) => {
    expect(isEmailAddress(email)).toBe(true);
  });

  it.each([
    '',
    'ann',
    '@example.org',
    'ann@',
    'ann@localhost',
    'ann@example..org',
    'ann@-example.org',
    'ann smith@example.org',
    'ann@exam ple.org',
    'ann@example.org\u0000',
    'аnn@example.org',
    'ann@@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}`,
  ])('refuses %j', (email) => {
    expect(isEmailAddress(email)).toBe(false);
  });
});
