import { API_CLIENT_LIMITS } from '../domain/api-client';
import { createClientSecretSource } from './client-secret.source';

const source = createClientSecretSource();
const NOW = new Date('2026-01-01T00:00:00Z');
const secretWith = (hash: string, secretId = 's') => ({ secretId, hash, createdAt: NOW });

describe('secrets of API clients', () => {
  it('a secret has 256 random bits and is found by its hash only', () => {
    const [one, two] = [source.create(), source.create()];

    expect(one).toMatch(/^[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(source.hash(one)).toMatch(/^[\w-]{43}$/);
    expect(source.find(one, [secretWith(source.hash(one))])).toBeDefined();
    expect(source.find(two, [secretWith(source.hash(one))])).toBeUndefined();
    expect(source.find(source.hash(one), [secretWith(source.hash(one))])).toBeUndefined();
  });

  it('each of the secrets that a client may have is found', () => {
    const secrets = Array.from({ length: API_CLIENT_LIMITS.secretsMax }, () => source.create());
    const stored = secrets.map((secret, index) => secretWith(source.hash(secret), `s-${index}`));

    expect(secrets.map((secret) => source.find(secret, stored)?.secretId)).toEqual(
      stored.map(({ secretId }) => secretId),
    );
  });

  it.each(['', 'x', 'x'.repeat(1_024)])(
    'no secret is found where there is none: "%s"',
    (secret) => {
      expect(source.find(secret, [])).toBeUndefined();
    },
  );
});

describe('ids of API clients', () => {
  it('ids are 16 lower-case letters and digits, sort by time and do not repeat', () => {
    const later = new Date(NOW.getTime() + 1);
    const ids = Array.from({ length: 1_000 }, (_, index) =>
      source.newClientId(index < 500 ? NOW : later),
    );

    expect(ids.filter((id) => !/^[0-9a-v]{16}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.slice(0, 500).every((id) => id < (ids[999] ?? ''))).toBe(true);
  });
});
