import { createSilentLogger, createTestClock } from '@flashreserve/ops';
import { KEY_ACTIVATION_MS, KEY_FAREWELL_MS, type StoredSigningKey } from '../domain/signing-key';
import { createKeyRing } from './key-ring';

const DAY_MS = 86_400_000;
const START = new Date('2026-11-22T10:00:00Z');

const setUp = () => {
  const clock = createTestClock(START);
  const stored: StoredSigningKey[] = [];
  let read = (): Promise<readonly StoredSigningKey[]> =>
    Promise.resolve([...stored].sort((one, other) => other.generation - one.generation));
  const calls = { list: 0, open: 0 };
  let insertsFail = false;
  let removalsFail = false;
  const ring = createKeyRing({
    clock,
    log: createSilentLogger(),
    patienceMs: 10,
    maxAgeDays: 90,
    tokenLifeMaxSeconds: 3_600,
    keys: {
      list: () => {
        calls.list += 1;
        return read();
      },
      insertIfAbsent: (key) => {
        if (insertsFail) return Promise.reject(new Error('The store is away.'));
        const isNew = !stored.some(({ generation }) => generation === key.generation);
        if (isNew) stored.push(key);
        return Promise.resolve(isNew);
      },
      remove: (generations) => {
        if (removalsFail) return Promise.reject(new Error('The store is away.'));
        const left = stored.filter(({ generation }) => !generations.includes(generation));
        stored.splice(0, stored.length, ...left);
        return Promise.resolve();
      },
    },
    vault: {
      generate: () =>
        Promise.resolve({ kid: 'made-here', n: 'n', e: 'e', encryptedPrivateKey: '' }),
      open: ({ kid }) => {
        calls.open += 1;
        return Promise.resolve(() => `signed with ${kid}`);
      },
    },
  });
  const sign = async (): Promise<string> =>
    (await ring.signer())(
      { kind: 'service', clientId: 'gateway' },
      { issuedAt: START, ttlSeconds: 60 },
    );
  return {
    clock,
    stored,
    calls,
    ring,
    sign,
    failInserts: () => {
      insertsFail = true;
    },
    failRemovals: () => {
      removalsFail = true;
    },
    readFrom: (source: typeof read) => {
      read = source;
    },
  };
};

const key = (generation: number, createdAt: Date): StoredSigningKey => ({
  generation,
  kid: `key-${generation}`,
  n: 'n',
  e: 'e',
  encryptedPrivateKey: '',
  createdAt,
});

describe('the key ring', () => {
  it('the first key is created once for all concurrent callers', async () => {
    const { ring, sign, stored } = setUp();

    await expect(Promise.all([sign(), sign(), ring.publicKeys()])).resolves.toEqual([
      'signed with made-here',
      'signed with made-here',
      [{ kid: 'made-here', n: 'n', e: 'e' }],
    ]);
    expect(stored).toHaveLength(1);
  });

  it('the key of another instance is adopted if it was stored first', async () => {
    const { sign, stored, readFrom } = setUp();
    readFrom(() => {
      readFrom(() => Promise.resolve(stored));
      stored.push(key(1, START));
      return Promise.resolve([]);
    });

    await expect(sign()).resolves.toBe('signed with key-1');
  });

  it('an expired key is not published even if the store cannot remove it', async () => {
    const { clock, ring, stored, failRemovals } = setUp();
    stored.push(key(1, START), key(2, START));
    failRemovals();
    clock.advanceMs(KEY_ACTIVATION_MS + 3_600_000 + KEY_FAREWELL_MS);

    expect(await ring.publicKeys()).toEqual([{ kid: 'key-2', n: 'n', e: 'e' }]);
    expect(stored).toHaveLength(2);
  });

  it('the store is read at most every 5 s, and a key is decrypted once', async () => {
    const { clock, calls, sign, stored } = setUp();
    stored.push(key(1, START));

    for (let second = 0; second < 20; second += 1) {
      await sign();
      clock.advanceMs(1_000);
    }

    expect(calls).toEqual({ list: 4, open: 1 });
  });

  it('a new key is published within 5 s and signs later', async () => {
    const { clock, ring, sign, stored } = setUp();
    stored.push(key(1, START));
    await sign();
    stored.push(key(2, clock.now()));

    clock.advanceMs(5_000);
    expect((await ring.publicKeys()).map(({ kid }) => kid)).toEqual(['key-2', 'key-1']);
    await expect(sign()).resolves.toBe('signed with key-1');

    clock.advanceMs(10_000);
    await expect(sign()).resolves.toBe('signed with key-2');
  });

  it('a new key is created when the newest is 90 days old and signs once it is published', async () => {
    const { clock, ring, sign, stored } = setUp();
    stored.push(key(1, START));
    clock.advanceMs(90 * DAY_MS - 1);
    await sign();
    expect(stored).toHaveLength(1);

    clock.advanceMs(5_000);
    await expect(sign()).resolves.toBe('signed with key-1');
    expect((await ring.publicKeys()).map(({ kid }) => kid)).toEqual(['made-here', 'key-1']);

    clock.advanceMs(15_000);
    await expect(sign()).resolves.toBe('signed with made-here');
    expect(stored).toHaveLength(2);
  });

  it('the old key keeps signing if the new one cannot be stored', async () => {
    const { clock, ring, sign, failInserts, stored } = setUp();
    stored.push(key(1, START));
    failInserts();
    clock.advanceMs(91 * DAY_MS);

    await expect(sign()).resolves.toBe('signed with key-1');
    await expect(ring.publicKeys()).resolves.toHaveLength(1);
  });

  it('an old key is published until its last token has expired, then removed', async () => {
    const { clock, ring, stored } = setUp();
    stored.push(key(1, START), key(2, START));
    const goneAfterMs = KEY_ACTIVATION_MS + 3_600_000 + KEY_FAREWELL_MS;

    clock.advanceMs(goneAfterMs - 1);
    await expect(ring.publicKeys()).resolves.toHaveLength(2);
    clock.advanceMs(5_000);
    expect((await ring.publicKeys()).map(({ kid }) => kid)).toEqual(['key-2']);
    expect(stored.map(({ generation }) => generation)).toEqual([2]);
  });

  it.each<[string, () => Promise<never>]>([
    ['fails', () => Promise.reject(new Error('The store is away.'))],
    ['does not answer', () => new Promise<never>(() => undefined)],
  ])('the known keys stay in use while the store %s', async (_how, read) => {
    const { clock, ring, sign, stored, readFrom } = setUp();
    stored.push(key(1, START));
    await sign();
    readFrom(read);
    clock.advanceMs(60_000);

    await expect(sign()).resolves.toBe('signed with key-1');
    await expect(ring.publicKeys()).resolves.toHaveLength(1);
  });

  it('a call fails while no key is known, and the next call retries', async () => {
    const { sign, stored, readFrom } = setUp();
    stored.push(key(1, START));
    readFrom(() => Promise.reject(new Error('The store is away.')));
    await expect(sign()).rejects.toThrow('The store is away.');

    readFrom(() => Promise.resolve(stored));
    await expect(sign()).resolves.toBe('signed with key-1');
  });
});
