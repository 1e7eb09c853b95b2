import { z } from 'zod';
import * as configFields from './fields';
import { loadConfig, loadConfigAndFiles } from './load-config';
import { ConfigError } from './problems';

const schema = z.object({
  PORT: configFields.port(3000),
  REDIS_URL: configFields.redisUrl,
  SECRET: configFields.secret,
  TTL: configFields.seconds({ min: 1, max: 10, fallback: 5 }),
});
const good = { REDIS_URL: 'redis://a:1', SECRET: 's'.repeat(32) };

describe('loadConfig', () => {
  it('loadConfig applies defaults, converts numbers and treats an empty variable as unset', () => {
    expect(loadConfig(schema, { ...good, PORT: '', TTL: '7' })).toEqual({
      ...good,
      PORT: 3000,
      TTL: 7,
    });
  });

  it('loadConfig reports every invalid variable in one error', () => {
    const load = (): unknown => loadConfig(schema, { PORT: '70000', SECRET: 'short', TTL: 'soon' });

    expect(load).toThrow(ConfigError);
    for (const name of ['PORT', 'REDIS_URL', 'SECRET', 'TTL'])
      expect(load).toThrow(new RegExp(name));
  });

  it.each(['0', '11', '1.5', 'soon', '-1', '1e99'])(
    'loadConfig reports an invalid number on one line with its allowed range: %s',
    (TTL) => {
      expect(() => loadConfig(schema, { ...good, TTL })).toThrow(
        new ConfigError(
          'The configuration cannot be used:\n  TTL must be a whole number of seconds from 1 to 10',
        ),
      );
    },
  );

  it('loadConfig treats a blank variable as unset, not as zero', () => {
    expect(loadConfig(schema, { ...good, TTL: ' ' }).TTL).toBe(5);
  });

  it('the loaded configuration is frozen', () => {
    expect(Object.isFrozen(loadConfig(schema, good))).toBe(true);
  });
});

describe('loadConfigAndFiles', () => {
  it('loadConfigAndFiles reports unreadable files together with all other problems', () => {
    const env = {
      ...good,
      TTL: '0',
      GRPC_TLS_CERT: '/nowhere/catalog.crt',
      GRPC_TLS_KEY: '/',
      GRPC_TLS_CA: __filename,
    };

    expect(() => loadConfigAndFiles(schema, env)).toThrow(
      new ConfigError(
        [
          'The configuration cannot be used:',
          '  TTL must be a whole number of seconds from 1 to 10',
          '  GRPC_TLS_CERT cannot be read: /nowhere/catalog.crt: there is no such file',
          '  GRPC_TLS_KEY cannot be read: /: it is a directory',
        ].join('\n'),
      ),
    );
    expect(loadConfigAndFiles(schema, good)).toMatchObject({ TTL: 5 });
  });
});
