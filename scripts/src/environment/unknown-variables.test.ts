import { resolve } from 'node:path';
import { knownVariables, warnAboutUnknown } from './unknown-variables';

const known = knownVariables(resolve(__dirname, '../../..'));
const warn = (env: NodeJS.ProcessEnv, inDotEnv: readonly string[] = []): readonly string[] =>
  warnAboutUnknown({ env, inDotEnv, known });

describe('unknown variables', () => {
  it.each([
    ['RESERVATION_TTL', 'RESERVATION_TTL_SECONDS'],
    ['RESERVATION_HOLD_SECONDS', 'RESERVATION_TTL_SECONDS'],
    ['SWEEP_INTERVALL_SECONDS', 'SWEEP_INTERVAL_SECONDS'],
    ['MONGODB_URI', 'MONGO_URI'],
  ])('a misspelt name is reported with the nearest one: %s', (name, nearest) => {
    expect(warn({ [name]: '20' })).toEqual([
      `${name} is not a variable of FlashReserve and is ignored. Did you mean ${nearest}?`,
    ]);
  });

  it('any unknown name in .env is reported unless it is empty, without a suggestion if nothing is similar', () => {
    expect(warn({ COLOUR: 'red', SIZE: '' }, ['COLOUR', 'SIZE'])).toEqual([
      'COLOUR is not a variable of FlashReserve and is ignored.',
    ]);
  });

  it('variables of other programs are not reported', () => {
    const others =
      'PATH HOME HOSTNAME NODE_PATH NODE_EXTRA_CA_CERTS OTEL_SERVICE_NAME API_KEY LOG_DIR npm_config_cache';
    const env = Object.fromEntries(others.split(' ').map((name) => [name, 'x']));
    expect(warn({ ...env, ...Object.fromEntries(known.map((name) => [name, 'x'])) })).toEqual([]);
  });
});
