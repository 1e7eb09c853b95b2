import { z } from 'zod';
import * as configFields from './fields';
import { ConfigError, loadConfig } from './load-config';

const schema = z.object({
  PORT: configFields.port(3000),
  MONGO_URI: configFields.mongoUri,
  SECRET: configFields.secret,
  TTL: configFields.seconds({ min: 1, max: 10, fallback: 5 }),
});
const good = { MONGO_URI: 'mongodb://a:1,b:2/db?replicaSet=rs0', SECRET: 's'.repeat(32) };

describe('loadConfig', () => {
  it('fills in defaults, converts numbers and takes an empty variable as not set', () => {
    expect(loadConfig(schema, { ...good, PORT: '', TTL: '7' })).toEqual({
      ...good,
      PORT: 3000,
      TTL: 7,
    });
  });

  it('lists all problems at once, by variable', () => {
    const load = (): unknown => loadConfig(schema, { PORT: '70000', SECRET: 'short', TTL: 'soon' });

    expect(load).toThrow(ConfigError);
    for (const name of ['PORT', 'MONGO_URI', 'SECRET', 'TTL'])
      expect(load).toThrow(new RegExp(name));
  });

  it('cannot be changed after start', () => {
    expect(Object.isFrozen(loadConfig(schema, good))).toBe(true);
  });
});
