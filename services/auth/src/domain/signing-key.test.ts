import {
  chooseSigningKey,
  findOutlivedKeys,
  isRotationDue,
  KEY_ACTIVATION_MS,
  KEY_FAREWELL_MS,
} from './signing-key';

const now = new Date('2026-11-22T10:00:00Z');
const DAY_MS = 86_400_000;
const aged = (ms: number) => ({ createdAt: new Date(now.getTime() - ms) });

describe('chooseSigningKey', () => {
  it('the very first key signs immediately', () => {
    const first = aged(0);
    expect(chooseSigningKey([first], now)).toBe(first);
  });

  it('the old key signs until every verifier can have fetched the new one', () => {
    const old = aged(3_600_000);
    expect(chooseSigningKey([aged(KEY_ACTIVATION_MS - 1), old], now)).toBe(old);
  });

  it('the newest key that every verifier can have fetched signs', () => {
    const known = aged(KEY_ACTIVATION_MS);
    expect(chooseSigningKey([aged(0), known, aged(3_600_000)], now)).toBe(known);
  });

  it('no key is chosen from an empty list', () => {
    expect(chooseSigningKey([], now)).toBeUndefined();
  });
});

describe('isRotationDue', () => {
  it('rotation is due from the configured age on, and never if it is 0', () => {
    expect(isRotationDue(aged(DAY_MS - 1), now, 1)).toBe(false);
    expect(isRotationDue(aged(DAY_MS), now, 1)).toBe(true);
    expect(isRotationDue(aged(10_000 * DAY_MS), now, 0)).toBe(false);
  });
});

describe('findOutlivedKeys', () => {
  const LIFE_SECONDS = 3_600;
  const enough = KEY_ACTIVATION_MS + LIFE_SECONDS * 1000 + KEY_FAREWELL_MS;

  it('the newest key is kept however old it is', () => {
    expect(findOutlivedKeys([aged(1_000 * DAY_MS)], now, LIFE_SECONDS)).toEqual([]);
  });

  it('an old key is kept while one of its tokens may still be valid', () => {
    expect(findOutlivedKeys([aged(enough - 1), aged(DAY_MS)], now, LIFE_SECONDS)).toEqual([]);
  });

  it('every key superseded long enough ago is found', () => {
    const [oldest, old] = [aged(3 * DAY_MS), aged(2 * DAY_MS)];
    expect(findOutlivedKeys([aged(0), aged(enough), old, oldest], now, LIFE_SECONDS)).toEqual([
      old,
      oldest,
    ]);
  });
});
