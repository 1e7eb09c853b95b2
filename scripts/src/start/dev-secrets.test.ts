import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDevSecrets, serviceClients } from './dev-secrets';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flashreserve-secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('secrets of a local stack', () => {
  it('secrets are created once, kept, and readable by their owner only', () => {
    const file = join(folder, 'data/secrets.json');

    const made = loadDevSecrets(file, {});

    expect(loadDevSecrets(file, {})).toEqual(made);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length);
  });

  it('variables of the environment take precedence', () => {
    expect(
      loadDevSecrets(join(folder, 'secrets.json'), {
        ADMIN_PASSWORD: 'mine',
        KEY_ENCRYPTION_SECRET: '',
      }),
    ).toMatchObject({
      ADMIN_PASSWORD: 'mine',
      KEY_ENCRYPTION_SECRET: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('a damaged file is reported', () => {
    const file = join(folder, 'secrets.json');
    for (const content of ['{}', '{"KEY_ENC']) {
      writeFileSync(file, content);
      expect(() => loadDevSecrets(file, {})).toThrow('does not hold the secrets');
    }
  });

  it('auth gets every component as a service client, and the additional ones', () => {
    const secrets = loadDevSecrets(join(folder, 'secrets.json'), {});

    const clients = serviceClients(secrets, 'orders:secret').split(',');

    expect(clients.map((client) => client.split(':')[0])).toEqual([
      'catalog',
      'reservation',
      'expiry-worker',
      'gateway',
      'dev-service',
      'orders',
    ]);
  });
});
