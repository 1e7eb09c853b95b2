import { loadConfig } from '@flashreserve/ops';
import { configSchema } from './config';

const REQUIRED = {
  MONGO_URI: 'mongodb://a:1,b:2/?replicaSet=rs0',
  REDIS_URL: 'redis://localhost:6379',
  RESERVATION_CLIENT_SECRET: 's'.repeat(32),
};

describe('the configuration', () => {
  it('every variable has a default except the store addresses and the secret', () => {
    expect(loadConfig(configSchema, REQUIRED)).toMatchObject({
      ...REQUIRED,
      RESERVATION_GRPC_PORT: 50_053,
      RESERVATION_TTL_SECONDS: 600,
      CONFIRM_BY: 'customer',
      MONGO_DB_PREFIX: 'flashreserve',
      REDIS_PREFIX: 'flashreserve',
    });
  });

  it('all invalid variables are reported at once', () => {
    const load = () =>
      loadConfig(configSchema, {
        ...REQUIRED,
        REDIS_URL: 'http://x',
        RESERVATION_TTL_SECONDS: '0',
        CONFIRM_BY: 'admin',
      });
    expect(load).toThrow(/REDIS_URL/);
    expect(load).toThrow(/RESERVATION_TTL_SECONDS/);
    expect(load).toThrow(/CONFIRM_BY/);
  });
});
