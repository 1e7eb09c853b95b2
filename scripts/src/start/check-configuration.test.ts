import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfiguration } from './check-configuration';
import { makeSecrets } from './dev-secrets';
import { stackEnvironment } from './stack-environment';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'flashreserve-check-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** The listed problems, without the heading. */
const problemsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  const secrets = { ...makeSecrets(), ...env } as ReturnType<typeof makeSecrets>;
  const { MONGO_URI: mongoUri = '', REDIS_URL: redisUrl = '' } = env;
  const stackEnv = stackEnvironment({ env, secrets, mongoUri, redisUrl });
  try {
    checkConfiguration({ root, env, stackEnv });
    return [];
  } catch (error) {
    const [, ...lines] = (error as Error).message.split('\n');
    return lines.map((line) => line.trim());
  }
};

describe('configuration of npm start', () => {
  it('npm start requires no setting', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it('all components are checked together, and each problem is reported once', () => {
    expect(
      problemsOf({
        LOG_LEVEL: 'loud',
        ACCESS_TOKEN_TTL_SECONDS: 'x',
        AUDIT_INTERVAL_SECONDS: '-1',
        RESERVATION_TTL_SECONDS: '0',
        SWEEP_INTERVAL_SECONDS: '0',
        STREAMS_MAX: '0',
        PORT: '0',
        HOST: 'laptop',
        HEAP_MB: '256m',
      }),
    ).toEqual([
      'HOST must be an IPv4 address of this machine; unset it to use 127.0.0.1',
      'PORT must be a whole number from 1 to 65535',
      'HEAP_MB must be a whole number of megabytes from 64 to 65536',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
      'ACCESS_TOKEN_TTL_SECONDS must be a whole number of seconds from 30 to 86400',
      'AUDIT_INTERVAL_SECONDS must be a whole number of seconds from 0 to 86400',
      'RESERVATION_TTL_SECONDS must be a whole number of seconds from 1 to 86400',
      'SWEEP_INTERVAL_SECONDS must be a whole number of seconds from 1 to 3600',
      'STREAMS_MAX must be a whole number from 1 to 12000',
    ]);
  });

  it('problems are reported under the names that were set', () => {
    expect(
      problemsOf({
        CATALOG_CLIENT_SECRET: 'short',
        DEV_SERVICE_CLIENT_SECRET: 'short',
        MORE_SERVICE_CLIENTS: 'orders:short',
        GRPC_TLS_DIR: 'nowhere',
        MONGO_URI: 'mongodb://u:p/%@h',
      }),
    ).toEqual([
      'MONGO_URI cannot be read: percent-encode what is special in its user and password, and check its options',
      'DEV_SERVICE_CLIENT_SECRET must have 32 to 1024 characters',
      'MORE_SERVICE_CLIENTS entry 1 ("orders") must have a secret of 32 to 1024 characters',
      'CATALOG_CLIENT_SECRET must have at least 32 characters',
      `GRPC_TLS_DIR cannot be read: ${root}/nowhere/auth.crt: there is no such file (\`npm run dev-ca\` creates it)`,
    ]);
  });
});
