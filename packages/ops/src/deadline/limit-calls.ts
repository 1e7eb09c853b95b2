import { withinTime } from './limits';

type Call = (...args: readonly unknown[]) => unknown;

/**
 * Applies a time limit to every function of a port: a returned promise that is not settled after
 * `ms` milliseconds rejects with the result of `tooLate`. Functions that return no promise are
 * unchanged.
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
