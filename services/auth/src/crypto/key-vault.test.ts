import { createPublicKey } from 'node:crypto';
import { createTokenVerifier } from '@flashreserve/identity';
import { createTestClock } from '@flashreserve/ops';
import { decode } from 'jsonwebtoken';
import { createKeyCipher } from './key.cipher';
import { createKeyVault } from './key-vault';

const SECRET = 'a secret that is long enough for a test';
const now = new Date('2026-11-22T10:00:00Z');

const makeKey = async () => {
  const vault = createKeyVault({ cipher: createKeyCipher(SECRET) });
  return { vault, key: { ...(await vault.generate()), generation: 1, createdAt: now } };
};

describe('the key vault', () => {
  it('signed tokens are accepted by every verifier until they expire', async () => {
    const { vault, key } = await makeKey();
    const clock = createTestClock(now);
    const verifier = createTokenVerifier({
      clock,
      fetchKeys: () => Promise.resolve([{ kty: 'RSA', ...key }]),
    });
    const sign = await vault.open(key);
    const life = { issuedAt: now, ttlSeconds: 900 };
    const user = sign({ kind: 'user', userId: 'u-1', role: 'ADMIN', sessionId: 's-1' }, life);
    const service = sign({ kind: 'service', clientId: 'gateway' }, life);

    await expect(verifier.authenticate(`Bearer ${user}`)).resolves.toMatchObject({
      kind: 'user',
      userId: 'u-1',
      role: 'ADMIN',
      sessionId: 's-1',
    });
    await expect(verifier.authenticate(`Bearer ${service}`)).resolves.toMatchObject({
      kind: 'service',
      clientId: 'gateway',
    });
    expect(decode(service, { json: true })?.sub).toBe('service:gateway');
    clock.advanceMs(906_000);
    await expect(verifier.authenticate(`Bearer ${user}`)).rejects.toMatchObject({
      reason: 'TOKEN_EXPIRED',
    });
  });

  it('keys are 2048-bit RSA, and a private key is never stored in plain text', async () => {
    const { key } = await makeKey();
    const { kid, n, e } = key;
    const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2_048);
    expect(Object.keys(key).sort()).toEqual(
      ['createdAt', 'e', 'encryptedPrivateKey', 'generation', 'kid', 'n'].sort(),
    );
    expect(kid).not.toBe('');
  });

  it('the error names KEY_ENCRYPTION_SECRET if a key was encrypted with another secret', async () => {
    const { key } = await makeKey();
    const other = createKeyVault({ cipher: createKeyCipher(`${SECRET}!`) });
    await expect(other.open(key)).rejects.toThrow(/KEY_ENCRYPTION_SECRET is not the secret/);
  });

  it('a private key with another key id, a modified or an unreadable one is refused', async () => {
    const { vault, key } = await makeKey();
    const { encryptedPrivateKey: text } = key;
    // Not the last character: some of its bits may be ignored by decoders.
    const changed = `${text.slice(0, -9)}${text.at(-9) === 'A' ? 'B' : 'A'}${text.slice(-8)}`;
    await expect(vault.open({ ...key, kid: 'other' })).rejects.toThrow(/KEY_ENCRYPTION_SECRET/);
    for (const encryptedPrivateKey of [changed, 'v1.a.b.c.d', 'v2', '']) {
      await expect(vault.open({ ...key, encryptedPrivateKey })).rejects.toThrow(
        /KEY_ENCRYPTION_SECRET/,
      );
    }
  });
});
