import { ConfigError } from '../config/problems';

const readText = (error: object, name: string): string | undefined => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

/** The variables with this value, among those whose names have the suffix. */
const variablesWith = (config: object, ending: string, value: string | undefined): string =>
  Object.entries(config)
    .filter(([name, each]) => name.endsWith(ending) && String(each) === value)
    .map(([name]) => name)
    .join(' or ') || ending;

/**
 * Explains a start failure caused by the configuration, naming the variable: a port that is in use
 * or not allowed, an address that this machine does not have, a file.
 *
 * @returns undefined for every other failure, which is logged with its stack
 */
export const explainStartFailure = (error: unknown, config: object): string | undefined => {
  if (error instanceof ConfigError) return error.message;
  if (typeof error !== 'object' || error === null) return undefined;
  if (readText(error, 'syscall') === undefined) return undefined;
  const [code, port, address] = ['code', 'port', 'address'].map((name) => readText(error, name));
  const portName = variablesWith(config, 'PORT', port);
  switch (code) {
    case 'EADDRINUSE':
      return `${portName}: port ${port} of ${address} is taken by another program.`;
    case 'EACCES':
      return port === undefined ? undefined : `${portName}: this user may not use port ${port}.`;
    case 'EADDRNOTAVAIL':
      return `${variablesWith(config, 'HOST', address)}: this machine does not have the address ${address}.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN': {
      const host = readText(error, 'hostname');
      const name = variablesWith(config, 'HOST', host);
      return name === 'HOST' && Reflect.get(config, 'HOST') !== host
        ? undefined
        : `${name}: the name ${host} has no address.`;
    }
    default:
      return undefined;
  }
};
