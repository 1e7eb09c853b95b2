import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Holds docs/changes.md to the code: its diffs still fit, and touch no more files than they may.
 */

const ROOT = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const [, ...SECTIONS] = read('docs/changes.md').split(/^## /m);
const sectionOf = (title: string): string =>
  SECTIONS.find((section) => section.startsWith(`${title}\n`)) ?? '';

const diffsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^```diff\n(.*?)^```$/gms)].map(([, diff = '']) => diff);

/** Each file of a diff with its lines. */
const filesIn = (diff: string): readonly (readonly [string, readonly string[]])[] => {
  const [, ...parts] = diff.split(/^--- /m);
  return parts.map((part) => {
    const [file = '', ...lines] = part.trimEnd().split('\n');
    return [file, lines];
  });
};

describe('documented changes', () => {
  it.each([
    ['A field of a reservation', 4],
    ['An error reason', 2],
    ['A setting', 2],
    ['An RPC', 4],
  ])('%s touches %d files', (title, count) => {
    const [diff = ''] = diffsIn(sectionOf(title));
    expect(new Set(filesIn(diff).map(([file]) => file)).size).toBe(count);
  });

  it('their diffs fit the code', () => {
    const missing = SECTIONS.flatMap(diffsIn)
      .flatMap(filesIn)
      .flatMap(([file, lines]) => {
        const code = new Set(read(file).split('\n'));
        const old = lines.filter((line) => /^[ -]/.test(line)).map((line) => line.slice(1));
        return old.filter((line) => !code.has(line)).map((line) => `${file}: ${line}`);
      });
    expect(missing).toEqual([]);
  });
});
