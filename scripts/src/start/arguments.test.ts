import { HelpWanted } from '../task';
import { parseScale, readPlaces } from './arguments';
import { SINGLE_INSTANCES } from './topology';

describe('npm start -- --scale', () => {
  it("the option has docker compose's syntax", () => {
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
  ])('%s %s is rejected with a message', (...args) => {
    expect(() => parseScale(args)).toThrow(expect.objectContaining({ name: 'TaskError' }));
  });

  it('--help explains the option', () => {
    expect(() => parseScale(['--help'])).toThrow(HelpWanted);
  });
});

describe('bind addresses and ports of a local stack', () => {
  it('all have defaults, and an empty variable counts as not set', () => {
    expect(readPlaces({ PORT: '8080', AUTH_GRPC_PORT: '', HOST: '' })).toMatchObject({
      host: '127.0.0.1',
      basePorts: { gateway: 8080, auth: 50_051 },
      metrics: { host: '127.0.0.1', port: 9_464 },
    });
    expect(
      readPlaces({ HOST: '0.0.0.0', METRICS_HOST: '10.0.0.1', METRICS_PORT: '9000' }),
    ).toMatchObject({ host: '0.0.0.0', metrics: { host: '10.0.0.1', port: 9_000 } });
  });

  it.each([
    [{ PORT: '0' }, 'PORT must be a whole number from 1 to 65535'],
    [{ AUTH_GRPC_PORT: '3.5' }, 'AUTH_GRPC_PORT must be a whole number from 1 to 65535'],
    [{ METRICS_PORT: '65535' }, 'METRICS_PORT must be a whole number from 1 to 65495'],
    [{ METRICS_HOST: 'my-laptop' }, 'METRICS_HOST must be an IP address of this machine'],
    [{ HOST: 'my-laptop' }, 'HOST must be an IPv4 address of this machine'],
  ])('%j is rejected with the name of the variable', (env, sentence) => {
    expect(() => readPlaces(env)).toThrow(sentence);
  });
});
