import { createTestClock } from '@flashreserve/ops';
import { KEY_ACTIVATION_MS, KEYS_MAX, type StoredSigningKey } from '../domain/signing-key';
import { rotateKeys } from './rotate-keys';

const DAY_SECONDS = 86_400;

const setUp = () => {
  const clock = createTestClock(new Date('2026-11-22T10:00:00Z'));
  let stored: StoredSigningKey[] = [];
  let made = 0;
  const rotate = (revokeOld = false) =>
    rotateKeys(
      { revokeOld },
      {
        clock,
        tokenLifeMaxSeconds: DAY_SECONDS,
        keys: {
          list: () => Promise.resolve(stored.toReversed()),
          insertIfAbsent: (key) => {
            stored.push(key);
            return Promise.resolve(true);
          },
          remove: (generations) => {
            stored = stored.filter(({ generation }) => !generations.includes(generation));
            return Promise.resolve();
          },
        },
        vault: {
          generate: () => {
            made += 1;
            return Promise.resolve({ kid: `key-${made}`, n: '', e: '', encryptedPrivateKey: '' });
          },
          open: () => Promise.resolve(() => ''),
        },
      },
    );
  return { clock, rotate, generations: () => stored.map(({ generation }) => generation) };
};

describe('rotateKeys', () => {
  it('a rotation without keys creates the first key, which signs immediately', async () => {
    const { clock, rotate, generations } = setUp();

    await expect(rotate()).resolves.toMatchObject({
      outcome: 'rotated',
      kid: 'key-1',
      signsFrom: clock.now(),
      stillTrusted: [],
    });
    expect(generations()).toEqual([1]);
  });

  it('no more keys are created than can be published, unless the old ones are revoked', async () => {
    const { clock, rotate, generations } = setUp();
    for (let count = 0; count < KEYS_MAX; count += 1) {
      await rotate();
      clock.advanceMs(KEY_ACTIVATION_MS);
    }

    await expect(rotate()).resolves.toEqual({ outcome: 'too-many', count: KEYS_MAX });
    await expect(rotate(true)).resolves.toMatchObject({ outcome: 'rotated', stillTrusted: [] });

    expect(generations()).toEqual([KEYS_MAX + 1]);
  });

  it('keys whose last token has expired are removed, and those still trusted are reported', async () => {
    const { clock, rotate, generations } = setUp();
    await rotate();
    clock.advanceMs(DAY_SECONDS * 1000);
    await rotate();
    clock.advanceMs(2 * DAY_SECONDS * 1000);

    await expect(rotate()).resolves.toMatchObject({ stillTrusted: ['key-2'], removed: ['key-1'] });
    expect(generations()).toEqual([2, 3]);
  });
});
