import { areasBelow, parseReport, renderSummary, summarise } from './summary';

const mutants = (...statuses: readonly string[]) => ({
  mutants: statuses.map((status) => ({ id: '1', status, mutatorName: 'any' })),
});
const report = parseReport(
  JSON.stringify({
    schemaVersion: '2',
    files: {
      'a.ts': mutants('Killed', 'Killed', 'Survived', 'Ignored'),
      'b.ts': mutants('Timeout', 'NoCoverage', 'Killed'),
      'c.ts': mutants('Killed', 'RuntimeError'),
      'empty.ts': mutants(),
    },
  }),
);
const areas = [
  {
    name: 'first',
    parts: [
      { files: ['a.ts'], report },
      { files: ['b.ts'], report },
    ],
  },
  { name: 'second', parts: [{ files: ['c.ts', 'empty.ts'], report }] },
];
const areaOf = (...files: readonly string[]) => [{ name: 'area', parts: [{ files, report }] }];

describe('mutation run summary', () => {
  it('mutants without coverage count as survived; ignored and invalid ones are left out', () => {
    expect(summarise(areas)).toEqual([
      {
        area: 'first',
        killed: 3,
        timeout: 1,
        survived: 1,
        noCoverage: 1,
        ignored: 1,
        score: 66.7,
      },
      {
        area: 'second',
        killed: 1,
        timeout: 0,
        survived: 0,
        noCoverage: 0,
        ignored: 0,
        score: 100,
      },
    ]);
  });

  it('a file that is missing from the report fails', () => {
    expect(() => summarise(areaOf('a.ts', 'd.ts'))).toThrow('d.ts');
  });

  it('an area without mutants has no score', () => {
    const summaries = summarise(areaOf('empty.ts'));

    expect(summaries[0]?.score).toBeUndefined();
    expect(areasBelow(summaries, 85)).toEqual([]);
  });

  it('areas below the minimum score are listed', () => {
    expect(areasBelow(summarise(areas), 66.7)).toEqual([]);
    expect(areasBelow(summarise(areas), 66.8)).toEqual(['first']);
  });

  it('the summary renders as a Markdown table', () => {
    expect(renderSummary(summarise(areas)).split('\n').slice(2)).toEqual([
      '| first | 3 | 1 | 1 | 1 | 1 | 66.7 % |',
      '| second | 1 | 0 | 0 | 0 | 0 | 100.0 % |',
    ]);
  });

  it('a report with an unknown mutant status is rejected', () => {
    expect(() => parseReport('{"files":{"a.ts":{"mutants":[{"status":"New"}]}}}')).toThrow();
  });
});
