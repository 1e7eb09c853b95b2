import { withinTime } from './limits';

type Call = (...args: readonly unknown[]) => unknown;

/**
 * Puts one limit on every function of a port: a promise that it returns ends after `ms` milliseconds at the latest, then
 * with what `tooLate` makes. Functions that return no promise are left as they are.
 */
export const limitCalls = <Port extends object>(
  port: Port,
  { ms, tooLate }: { readonly ms: number; readonly tooLate: () => unknown },
): Port => {
  const limited = Object.entries(port).map(([name, call]: [string, unknown]) => {
    if (typeof call !== 'function') return [name, call];
    const limit: Call = (...args) => {
      const result = (call as Call)(...args);
      return result instanceof Promise ? withinTime(ms, result, tooLate) : result;
    };
    return [name, limit];
  });
  return Object.fromEntries(limited) as Port;
};
