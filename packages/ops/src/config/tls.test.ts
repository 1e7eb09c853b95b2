import { z } from 'zod';
import { loadConfig } from './load-config';
import { tlsFields, tlsTogether } from './tls';

const schema = tlsTogether(z.object({ ...tlsFields, NAME: z.string('is required') }));
const ALL = { GRPC_TLS_CERT: 'a.crt', GRPC_TLS_KEY: 'a.key', GRPC_TLS_CA: 'ca.crt' };

describe('mutual TLS settings', () => {
  it('mutual TLS needs all three variables or none; an empty one counts as unset', () => {
    expect(loadConfig(schema, { NAME: 'n', ...ALL })).toEqual({ NAME: 'n', ...ALL });
    expect(loadConfig(schema, { NAME: 'n', GRPC_TLS_CERT: '', GRPC_TLS_KEY: '' })).toEqual({
      NAME: 'n',
    });
  });

  it.each(Object.keys(ALL))('a missing %s is reported together with all other problems', (name) => {
    const load = () => loadConfig(schema, { ...ALL, [name]: '' });

    expect(load).toThrow('GRPC_TLS_KEY and GRPC_TLS_CA must be set together');
    expect(load).toThrow('GRPC_TLS_CERT');
    expect(load).toThrow('NAME');
  });
});
