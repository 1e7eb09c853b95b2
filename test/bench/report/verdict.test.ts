import type { BenchResults, Comparison, Figures } from '../results';
import { judge } from './verdict';

const comparison = (name: string, systems: Readonly<Record<string, Figures>>): Comparison => ({
  name,
  title: name,
  unit: 'reservations',
  systems: Object.entries(systems).map(([label, medians]) => ({ label, medians, rounds: [] })),
});

const results = (parts: Partial<BenchResults>): BenchResults => ({
  comparisons: [],
  memory: [],
  audits: [],
  logLines: [],
  failures: [],
  ...parts,
});

const find = (parts: Partial<BenchResults>, what: string) =>
  judge(results(parts)).find((verdict) => verdict.what.includes(what));

describe('the verdicts', () => {
  it('targets that were not measured have no verdict', () => {
    expect(judge(results({}))).toEqual([]);
  });

  it.each([
    ['hot-64', 'one hot product, 64', 6],
    ['hot-256', 'one hot product, 256', 8],
    ['sold-out', 'Sold-out', 10],
    ['confirm', 'Confirmations', 3],
    ['checkout', 'Finished sales', 4],
    ['list', 'First pages', 5],
    ['products', '1,000 products', 4],
  ])('the target of %s is reached at exactly its value and missed below', (name, what, times) => {
    const compared = (perSecond: number) => ({
      comparisons: [
        comparison(name, { baseline: { perSecond: 100 }, FlashReserve: { perSecond } }),
      ],
    });
    const reached = { measured: times, isReached: true };
    expect(find(compared(times * 100), what)).toMatchObject(reached);
    expect(find(compared(times * 100 - 1), what)).toMatchObject({ isReached: false });
  });

  it.each([
    ['lone', 'p50Ms', 'Lone', 1.4],
    ['hot-64', 'p99Ms', 'p99 of the same', 0.25],
  ])('the latency target of %s is reached at or below its value', (name, figure, what, times) => {
    const compared = (value: number) => ({
      comparisons: [
        comparison(name, { baseline: { [figure]: 100 }, FlashReserve: { [figure]: value } }),
      ],
    });
    const reached = { measured: times, isReached: true };
    expect(find(compared(times * 100), what)).toMatchObject(reached);
    expect(find(compared(times * 100 + 1), what)).toMatchObject({ isReached: false });
  });

  it('the scaling targets compare two and three instances with one', () => {
    const scale = comparison('scale-1', {
      '1 instance of each': { perSecond: 1_000 },
      '2 instances of each': { perSecond: 1_000 },
      '3 instances of each': { perSecond: 990 },
    });
    const parts = { comparisons: [scale] };
    expect(find(parts, '2 catalog')).toMatchObject({ measured: 1, isReached: true });
    expect(find(parts, '3 catalog')).toMatchObject({ measured: 0.99, isReached: false });
  });

  it('the CPU target counts accepted reservations only', () => {
    const hot = (cpuMsPerCounted: number) => ({
      comparisons: [
        comparison('hot-64', { FlashReserve: { cpuMsPerRequest: 0.1, cpuMsPerCounted } }),
      ],
    });
    expect(find(hot(0.4), 'CPU per')).toMatchObject({ measured: 0.4, isReached: true });
    expect(find(hot(0.41), 'CPU per')).toMatchObject({ isReached: false });
  });

  it('there is no verdict if the baseline answered nothing', () => {
    const hot = comparison('hot-64', {
      baseline: { perSecond: 0 },
      FlashReserve: { perSecond: 10 },
    });
    expect(find({ comparisons: [hot] }, 'one hot product, 64')).toBeUndefined();
  });

  it('the memory target uses the service that grew most, not the baseline', () => {
    const row = { stage: 'main', stack: 'FlashReserve' };
    const memory = [
      { ...row, name: 'catalog', startMb: 100, endMb: 160 },
      { ...row, name: 'gateway', startMb: 100, endMb: 120 },
      { ...row, stack: 'baseline', name: 'baseline', startMb: 100, endMb: 900 },
    ];
    expect(find({ memory }, 'highest growth')).toMatchObject({ measured: 1.6, isReached: false });
    expect(find({ memory }, 'after the run, highest')).toBeDefined();
  });

  it('any audit that found a difference misses its target', () => {
    const audits = [
      { scenario: 'hot', system: 'FlashReserve', problems: [] },
      { scenario: 'confirm', system: 'FlashReserve', problems: ['held is 2, holds say 1'] },
    ];
    expect(find({ audits }, 'Audits')).toMatchObject({ measured: 1, isReached: false });
  });
});
