import { parseScale, readBasePorts, readHost, readMetricsPlace } from './arguments';
import { SINGLE_INSTANCES } from './topology';

describe('npm start -- --scale', () => {
  it('reads what docker compose would read', () => {
    expect(parseScale([])).toEqual(SINGLE_INSTANCES);
    expect(parseScale(['--scale', 'catalog=2', '--scale=gateway=3'])).toEqual({
      ...SINGLE_INSTANCES,
      catalog: 2,
      gateway: 3,
    });
  });

  it.each([
    ['--scale'],
    ['--scale', 'catalog'],
    ['--scale', 'nothing=2'],
    ['--scale', 'catalog=0'],
    ['--scale', 'catalog=99'],
    ['--instances', '2'],
  ])('refuses %s %s with a sentence', (...args) => {
    expect(() => parseScale(args)).toThrow(expect.objectContaining({ name: 'TaskError' }));
  });
});

describe('ports from the environment', () => {
  it('have defaults, and an empty variable counts as not set', () => {
    expect(readBasePorts({ PORT: '8080', AUTH_GRPC_PORT: '' })).toMatchObject({
      gateway: 8080,
      auth: 50_051,
    });
  });

  it.each(['0', '70000', '3.5', 'http'])('refuse "%s" and name the variable', (PORT) => {
    expect(() => readBasePorts({ PORT })).toThrow('PORT must be a port from 1 to 65535');
  });
});

describe('the place of metrics', () => {
  it('is this machine only unless told', () => {
    expect(readMetricsPlace({ HOST: '0.0.0.0' })).toEqual({ host: '127.0.0.1', port: 9_464 });
    expect(readMetricsPlace({ METRICS_HOST: '10.0.0.1', METRICS_PORT: '9000' })).toEqual({
      host: '10.0.0.1',
      port: 9_000,
    });
    expect(() => readMetricsPlace({ METRICS_PORT: 'x' })).toThrow('METRICS_PORT must be a port');
    expect(() => readMetricsPlace({ METRICS_PORT: '65535' })).toThrow('from 1 to 65495');
  });
});

describe('the address to bind to', () => {
  it('is the loopback one unless told, and never a name', () => {
    expect(readHost({ HOST: '' })).toBe('127.0.0.1');
    expect(readHost({ HOST: '0.0.0.0' })).toBe('0.0.0.0');
    expect(() => readHost({ HOST: 'my-laptop' })).toThrow('HOST must be an IPv4 address');
  });
});
