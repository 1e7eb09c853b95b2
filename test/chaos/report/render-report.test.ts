import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESULTS_FILE, renderChaos, TIMELINE_FILE, updateReport } from './render-report';
import { recordResult, summarise } from './results';
import { sampleResult } from './sample-result';

describe('the chaos report', () => {
  it('the report lists faults, invariants and recovery times', () => {
    const text = renderChaos(summarise([sampleResult(1), sampleResult(2)]), 'some/picture.svg');
    for (const part of [
      '2 of 2 seeds kept every invariant.',
      '(some/picture.svg)',
      '| Acknowledged reservations | 1,200 |',
      '| Faults | 6 |',
      '| one resolution | 1,200 | 0 |',
      '| kill | 4 |',
      '| catalog | 4 |',
      '| kill: catalog | 4 | 600 | 1,000 | 2 | 0 |',
      '| pause: redis | 0 |  |  | 0 | 2 |',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('the report names the seeds that violated an invariant', () => {
    const text = renderChaos(summarise([sampleResult(1), sampleResult(7, ['wrong'])]));
    expect(text).toContain('1 of 2 seeds violated an invariant: 7.');
    expect(text).not.toContain('svg');
  });

  it('the report is generated from the recorded seeds, with the timeline if there is one', () => {
    const root = mkdtempSync(join(tmpdir(), 'chaos-report-'));
    try {
      updateReport(root);
      const file = join(root, 'docs', 'reliability.md');
      expect(readFileSync(file, 'utf8')).toContain('Nothing was recorded yet.');
      recordResult(join(root, RESULTS_FILE), sampleResult(3));
      writeFileSync(join(root, TIMELINE_FILE), '<svg/>');
      updateReport(root);
      const text = readFileSync(file, 'utf8');
      expect(text).toContain('1 of 1 seeds kept every invariant.');
      expect(text).toContain('(reliability/timeline.svg)');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
