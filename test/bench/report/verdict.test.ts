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

  it('a throughput target is reached at exactly its value and missed below', () => {
    const hot = (perSecond: number) => ({
      comparisons: [
        comparison('hot-64', { baseline: { perSecond: 100 }, FlashReserve: { perSecond } }),
      ],
    });
    expect(find(hot(500), '64 connections')).toMatchObject({ measured: 5, isReached: true });
    expect(find(hot(499), '64 connections')).toMatchObject({ isReached: false });
  });

  it('a latency target is reached at or below its value', () => {
    const lone = (p50Ms: number) => ({
      comparisons: [comparison('lone', { baseline: { p50Ms: 2 }, FlashReserve: { p50Ms } })],
    });
    expect(find(lone(4), 'Lone')).toMatchObject({ measured: 2, isReached: true });
    expect(find(lone(4.1), 'Lone')).toMatchObject({ isReached: false });
  });

  it('the scaling target compares two instances with one', () => {
    const scale = comparison('scale', {
      '1 instance of each': { perSecond: 1_000 },
      '2 instances of each': { perSecond: 950 },
    });
    expect(find({ comparisons: [scale] }, 'Two catalog')).toMatchObject({
      measured: 0.95,
      isReached: true,
    });
  });

  it('there is no verdict if the baseline answered nothing', () => {
    const hot = comparison('hot-64', {
      baseline: { perSecond: 0 },
      FlashReserve: { perSecond: 10 },
    });
    expect(find({ comparisons: [hot] }, '64 connections')).toBeUndefined();
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
