import { z } from 'zod';
import { loadConfig } from './load-config';
import { tlsFields, tlsTogether } from './tls';

const schema = tlsTogether(z.object({ ...tlsFields, NAME: z.string('is required') }));
const ALL = { GRPC_TLS_CERT: 'a.crt', GRPC_TLS_KEY: 'a.key', GRPC_TLS_CA: 'ca.crt' };

describe('the settings of mutual TLS', () => {
  it('are all three or none; an empty variable counts as not set', () => {
    expect(loadConfig(schema, { NAME: 'n', ...ALL })).toEqual({ NAME: 'n', ...ALL });
    expect(loadConfig(schema, { NAME: 'n', GRPC_TLS_CERT: '', GRPC_TLS_KEY: '' })).toEqual({
      NAME: 'n',
    });
  });

  it.each(Object.keys(ALL))(
    'are not usable without %s, and say so with all other problems',
    (name) => {
      const load = () => loadConfig(schema, { ...ALL, [name]: '' });

      expect(load).toThrow('GRPC_TLS_KEY and GRPC_TLS_CA must be set together');
      expect(load).toThrow('GRPC_TLS_CERT');
      expect(load).toThrow('NAME');
    },
  );
});
