import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readResults, recordResult, summarise } from './results';
import { sampleResult } from './sample-result';

describe('results of seeds', () => {
  const root = mkdtempSync(join(tmpdir(), 'chaos-results-'));
  const file = join(root, 'docs', 'seeds.jsonl');
  afterAll(() => rmSync(root, { recursive: true }));

  it('there are no results before the first seed', () => {
    expect(readResults(file)).toEqual([]);
  });

  it('each result is stored as one short line, and results are read in the order of their seeds', () => {
    recordResult(file, sampleResult(10));
    recordResult(file, sampleResult(9));
    expect(readResults(file)).toEqual([sampleResult(9), sampleResult(10)]);
    expect(readFileSync(file).length).toBeLessThan(8_000);
  });

  it('a result stores the number of violations and the first messages', () => {
    const texts = Array.from({ length: 9 }, (_, index) => `violation ${index}`);
    recordResult(file, sampleResult(11, texts));
    const stored = readResults(file).at(-1)?.verdict.invariants[1];
    expect(stored).toMatchObject({ violations: texts.slice(0, 5), violationsTotal: 9 });
  });

  it('a result replaces an earlier one of the same seed', () => {
    recordResult(file, { ...sampleResult(10), commit: 'def' });
    expect(readResults(file).map(({ commit }) => commit)).toEqual(['abc', 'def', 'abc']);
  });
});

describe('the summary', () => {
  it('the summary adds up all seeds', () => {
    const inFaultsMode = { store: 'wire server, in faults mode (seed 2, rate 0.02)' };
    const second = { ...sampleResult(2, ['wrong']), ...inFaultsMode };
    expect(summarise([sampleResult(1), second])).toEqual({
      seeds: 2,
      minutes: 1,
      commits: ['abc'],
      seedsByStore: {
        "DocumentDB (Debian's packages) with a wire server for development": 1,
        'wire server, in faults mode (rate 0.02)': 1,
      },
      requests: 2_000,
      byStatusClass: { '2xx': 1_800, '4xx': 200 },
      reservationsAcknowledged: 1_200,
      confirmationsAcknowledged: 400,
      cancellationsAcknowledged: 200,
      faultsByKind: { kill: 4, pause: 2 },
      killsByTarget: { catalog: 4 },
      invariants: [
        { name: 'stock adds up', checked: 22, violationsTotal: 0 },
        { name: 'one resolution', checked: 1_200, violationsTotal: 1 },
      ],
      uncleanSeeds: [2],
      recovery: [
        {
          fault: 'kill',
          target: 'catalog',
          count: 4,
          medianMs: 600,
          maxMs: 1_000,
          masked: 2,
          notSeen: 0,
        },
        {
          fault: 'pause',
          target: 'redis',
          count: 0,
          medianMs: undefined,
          maxMs: undefined,
          masked: 0,
          notSeen: 2,
        },
      ],
    });
  });
});
