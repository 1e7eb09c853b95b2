import { type Instance, planInstances, SINGLE_INSTANCES } from './topology';

const basePorts = { auth: 51, catalog: 52, reservation: 53, 'expiry-worker': 31, gateway: 30 };
const plan = (scale = {}): readonly Instance[] =>
  planInstances({
    root: '/repo',
    scale: { ...SINGLE_INSTANCES, ...scale },
    host: '127.0.0.1',
    basePorts,
    sharedEnv: { MONGO_URI: 'mongodb://x' },
  });

describe('planInstances', () => {
  it('the plan has every component once, with its port and the shared environment', () => {
    expect(plan().map(({ label, port }) => [label, port])).toEqual([
      ['auth', 51],
      ['catalog', 52],
      ['reservation', 53],
      ['expiry-worker', 31],
      ['gateway', 30],
    ]);
    for (const { env } of plan())
      expect(env).toMatchObject({ MONGO_URI: 'mongodb://x', HOST: '127.0.0.1' });
  });

  it('each component gets its own certificate from the folder in GRPC_TLS_DIR', () => {
    const sharedEnv = { GRPC_TLS_DIR: 'certificates' };
    const instances = planInstances({
      root: '/repo',
      scale: { ...SINGLE_INSTANCES, catalog: 2 },
      host: '127.0.0.1',
      basePorts,
      sharedEnv,
    });

    for (const { component, env } of instances) {
      expect(env).toMatchObject({
        GRPC_TLS_CERT: `/repo/certificates/${component}.crt`,
        GRPC_TLS_KEY: `/repo/certificates/${component}.key`,
        GRPC_TLS_CA: '/repo/certificates/ca.crt',
      });
    }
    expect(plan()[0]?.env).not.toHaveProperty('GRPC_TLS_CERT');
  });

  it('every process gets its own metrics port if metrics are on', () => {
    const instances = planInstances({
      root: '/repo',
      scale: { ...SINGLE_INSTANCES, catalog: 2 },
      host: '0.0.0.0',
      basePorts,
      sharedEnv: {},
      metrics: { host: '127.0.0.1', port: 94 },
    });

    expect(instances.map(({ env }) => [env['METRICS_HOST'], env['METRICS_PORT']])).toEqual(
      ['94', '95', '96', '97', '98', '99'].map((port) => ['127.0.0.1', port]),
    );
    expect(plan()[0]?.env).not.toHaveProperty('METRICS_PORT');
  });

  it('every component gets all instances of the services it calls', () => {
    const instances = plan({ catalog: 3 });

    expect(
      instances
        .filter(({ component }) => component === 'catalog')
        .map(({ label, port }) => [label, port]),
    ).toEqual([
      ['catalog-1', 52],
      ['catalog-2', 62],
      ['catalog-3', 72],
    ]);
    expect(instances[0]?.env['CATALOG_ADDRESS']).toBe(
      'ipv4:127.0.0.1:52,127.0.0.1:62,127.0.0.1:72',
    );
  });
});
