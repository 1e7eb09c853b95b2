import { createTestClock } from '@flashreserve/platform/clock';
import { createSilentLogger } from '@flashreserve/platform/logging';
import type { StoredSigningKey } from '../domain/signing-key';
import { createKeyRing } from './key-ring';

const START = new Date('2026-11-22T10:00:00Z');

const setUp = () => {
  const clock = createTestClock(START);
  const stored: StoredSigningKey[] = [];
  let read = (): Promise<readonly StoredSigningKey[]> =>
    Promise.resolve([...stored].sort((one, other) => other.generation - one.generation));
  const calls = { list: 0, open: 0 };
  const ring = createKeyRing({
    clock,
    log: createSilentLogger(),
    patienceMs: 10,
    keys: {
      list: () => {
        calls.list += 1;
        return read();
      },
      insertIfAbsent: (key) => {
        if (!stored.some(({ generation }) => generation === key.generation)) stored.push(key);
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
  it('makes the first key when there is none, once for all who ask at once', async () => {
    const { ring, sign, stored } = setUp();

    await expect(Promise.all([sign(), sign(), ring.publicKeys()])).resolves.toEqual([
      'signed with made-here',
      'signed with made-here',
      [{ kid: 'made-here', n: 'n', e: 'e' }],
    ]);
    expect(stored).toHaveLength(1);
  });

  it('uses the key that another instance was first to store', async () => {
    const { sign, stored, readFrom } = setUp();
    readFrom(() => {
      readFrom(() => Promise.resolve(stored));
      stored.push(key(1, START));
      return Promise.resolve([]);
    });

    await expect(sign()).resolves.toBe('signed with key-1');
  });

  it('reads the store at most every 5 s, and opens a key once', async () => {
    const { clock, calls, sign, stored } = setUp();
    stored.push(key(1, START));

    for (let second = 0; second < 20; second += 1) {
      await sign();
      clock.advanceMs(1_000);
    }

    expect(calls).toEqual({ list: 4, open: 1 });
  });

  it('publishes a new key within 5 s and signs with it later', async () => {
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

  it.each<[string, () => Promise<never>]>([
    ['fails', () => Promise.reject(new Error('The store is away.'))],
    ['does not answer', () => new Promise<never>(() => undefined)],
  ])('goes on with the known keys while the store %s', async (_how, read) => {
    const { clock, ring, sign, stored, readFrom } = setUp();
    stored.push(key(1, START));
    await sign();
    readFrom(read);
    clock.advanceMs(60_000);

    await expect(sign()).resolves.toBe('signed with key-1');
    await expect(ring.publicKeys()).resolves.toHaveLength(1);
  });

  it('fails while no key is known, and tries again', async () => {
    const { sign, stored, readFrom } = setUp();
    stored.push(key(1, START));
    readFrom(() => Promise.reject(new Error('The store is away.')));
    await expect(sign()).rejects.toThrow('The store is away.');

    readFrom(() => Promise.resolve(stored));
    await expect(sign()).resolves.toBe('signed with key-1');
  });
});
