import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAOS_END, CHAOS_START, renderChaos, replaceSection, updateReport } from './render-report';
import { appendResult, summarise } from './results';
import { sampleResult } from './sample-result';

describe('the section on chaos', () => {
  it('says what was tried, what was checked and how long recoveries took', () => {
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

  it('names the seeds that violated an invariant', () => {
    const text = renderChaos(summarise([sampleResult(1), sampleResult(7, ['wrong'])]));
    expect(text).toContain('1 of 2 seeds violated an invariant: 7.');
    expect(text).not.toContain('svg');
  });

  it('leaves the other text alone', () => {
    const text = `before\n${CHAOS_START}\nold\n${CHAOS_END}\nafter\n`;
    const once = replaceSection(text, 'new');
    expect(once).toBe(`before\n${CHAOS_START}\nnew\n${CHAOS_END}\nafter\n`);
    expect(replaceSection(once, 'new')).toBe(once);
  });

  it('comes last where there are no markers, and not at all between broken ones', () => {
    expect(replaceSection('text\n', 'new')).toBe(`text\n\n${CHAOS_START}\nnew\n${CHAOS_END}\n`);
    expect(() => replaceSection(CHAOS_START, 'new')).toThrow('must have');
    expect(() => replaceSection(`${CHAOS_END}${CHAOS_START}`, 'new')).toThrow('must have');
  });

  it('is written from the recorded seeds, with the picture when there is one', () => {
    const root = mkdtempSync(join(tmpdir(), 'chaos-report-'));
    try {
      updateReport(root);
      const file = join(root, 'docs', 'reliability.md');
      expect(readFileSync(file, 'utf8')).toContain('Nothing was recorded yet.');
      appendResult(join(root, 'docs', 'reliability', 'seeds'), sampleResult(3));
      mkdirSync(join(root, 'docs', 'reliability'), { recursive: true });
      writeFileSync(join(root, 'docs', 'reliability', 'timeline.svg'), '<svg/>');
      updateReport(root);
      const text = readFileSync(file, 'utf8');
      expect(text).toContain('1 of 1 seeds kept every invariant.');
      expect(text).toContain('(reliability/timeline.svg)');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
