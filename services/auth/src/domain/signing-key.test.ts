import { chooseSigningKey, KEY_ACTIVATION_MS } from './signing-key';

const now = new Date('2026-11-22T10:00:00Z');
const aged = (ms: number) => ({ createdAt: new Date(now.getTime() - ms) });

describe('chooseSigningKey', () => {
  it('signs with the first key of all at once', () => {
    const first = aged(0);
    expect(chooseSigningKey([first], now)).toBe(first);
  });

  it('goes on with the old key until every verifier can know the new one', () => {
    const old = aged(3_600_000);
    expect(chooseSigningKey([aged(KEY_ACTIVATION_MS - 1), old], now)).toBe(old);
  });

  it('signs with the newest key that every verifier can know', () => {
    const known = aged(KEY_ACTIVATION_MS);
    expect(chooseSigningKey([aged(0), known, aged(3_600_000)], now)).toBe(known);
  });

  it('finds no key among none', () => {
    expect(chooseSigningKey([], now)).toBeUndefined();
  });
});
