import { readNumber, readValues } from '../shop/read-options';

export interface DemoOptions {
  /** Simulated buyers, each with an account of its own. */
  readonly buyers: number;
  readonly units: number;
  /** How long the sale is open. */
  readonly seconds: number;
  /** Wait for units that are left alone, however long it takes. */
  readonly wait: boolean;
  /** Where the gateway is, when it is not the one of `npm start`. */
  readonly url: string | undefined;
}

const LIMITS = {
  buyers: { min: 1, max: 2_000 },
  units: { min: 1, max: 100_000 },
  seconds: { min: 2, max: 3_600 },
};

const USAGE =
  'Usage: npm run demo [-- --buyers 100] [--units 60] [--seconds 20] [--wait] [--url http://localhost:3000]';

/** @throws TaskError with the usage */
export const readDemoOptions = (args: readonly string[]): DemoOptions => {
  const values = readValues(
    args,
    {
      buyers: { type: 'string', default: '100' },
      units: { type: 'string', default: '60' },
      seconds: { type: 'string', default: '20' },
      wait: { type: 'boolean', default: false },
      url: { type: 'string' },
    },
    USAGE,
  );
  return {
    buyers: readNumber('buyers', values.buyers, LIMITS.buyers),
    units: readNumber('units', values.units, LIMITS.units),
    seconds: readNumber('seconds', values.seconds, LIMITS.seconds),
    wait: values.wait,
    url: values.url,
  };
};
