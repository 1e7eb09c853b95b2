import { z } from 'zod';
import { loadConfig } from './load-config';
import { devSwitch, isOn, nodeEnv } from './switches';

const schema = z.object({ NODE_ENV: nodeEnv, API_DOCS: devSwitch });
const read = (env: Readonly<Record<string, string>>): boolean => {
  const config = loadConfig(schema, env);
  return isOn(config.API_DOCS, config);
};

describe('a switch', () => {
  it.each([
    ['production', '', false],
    ['production', 'true', true],
    ['production', 'false', false],
    ['development', '', true],
    ['', '', true],
    ['', 'false', false],
  ])('a switch in NODE_ENV "%s" set to "%s" is %s', (NODE_ENV, API_DOCS, wanted) => {
    expect(read({ NODE_ENV, API_DOCS })).toBe(wanted);
  });

  it.each(['on', 'yes', '1', 'TRUE'])('a switch rejects the value "%s"', (API_DOCS) => {
    expect(() => read({ API_DOCS })).toThrow('API_DOCS');
  });
});
