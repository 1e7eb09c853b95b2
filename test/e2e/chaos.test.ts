import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runSeed } from '../chaos/run-seed';
import { testEnvironment } from '../support/stores';

/**
 * Short seeds of each kind: plain, with failpoints, and with two instances on a store in faults
 * mode. `npm run chaos` runs more and longer seeds.
 */
const SEEDS = [
  { seed: 1, storeFaults: false },
  { seed: 2, storeFaults: false },
  { seed: 3, storeFaults: true },
];
const MINUTES = 0.25;
/** Few, because other suites run concurrently. */
const BUYERS = 24;
const TIMEOUT_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'flashreserve-chaos-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a sale under faults', () => {
  it.each(SEEDS)(
    'under faults nothing is oversold or lost, and every response was true (%o)',
    async ({ seed, storeFaults }) => {
      const { verdict } = await runSeed({
        root: resolve(__dirname, '../..'),
        seed,
        storeFaults,
        minutes: MINUTES,
        buyers: BUYERS,
        outFolder: folder,
        commit: 'test',
        environment: testEnvironment(),
        signal: new AbortController().signal,
        say: () => undefined,
      });

      expect(verdict.invariants.filter(({ violationsTotal }) => violationsTotal > 0)).toEqual([]);
      expect(verdict.counts.reservationsAcknowledged).toBeGreaterThan(0);
      expect(Object.values(verdict.counts.faultsByKind).length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
