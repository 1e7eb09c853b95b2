import { type CommandLine, readOptions } from '../options';

export interface DemoOptions {
  /** Simulated buyers, each with its own account. */
  readonly buyers: number;
  readonly units: number;
  /** Duration of the sale. */
  readonly seconds: number;
  /** Wait for abandoned units, however long it takes. */
  readonly wait: boolean;
  /** Gateway URL, if not that of `npm start`. */
  readonly url: string | undefined;
}

const DEMO = {
  command: 'npm run demo',
  about: `Runs a flash sale with simulated buyers on a running FlashReserve, shows its progress, and audits the stock at the end. The product
is taken off sale afterwards.`,
  options: {
    buyers: { kind: 'number', help: 'simulated buyers', min: 1, max: 2_000, fallback: 100 },
    units: { kind: 'number', help: 'units on sale', min: 1, max: 100_000, fallback: 60 },
    seconds: { kind: 'number', help: 'length of the sale', min: 2, max: 3_600, fallback: 20 },
    wait: { kind: 'flag', help: 'wait until the last abandoned unit is on sale again' },
    url: { kind: 'text', value: 'ADDRESS', help: 'gateway URL, instead of that of npm start' },
  },
} as const satisfies CommandLine;

/** @throws TaskError for invalid arguments, or HelpWanted */
export const readDemoOptions = (args: readonly string[]): DemoOptions => readOptions(DEMO, args);
