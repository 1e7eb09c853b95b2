import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Relative to the root of the repository. */
const REPORT_FILE = 'docs/reliability.md';

/**
 * Inserts a section between its markers. Other text stays unchanged; without markers the section is
 * appended.
 *
 * @throws Error if there is only one marker, or they are in the wrong order
 */
export const replaceSection = (text: string, name: string, section: string): string => {
  const [startMark, endMark] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const marked = `${startMark}\n${section}\n${endMark}`;
  const start = text.indexOf(startMark);
  const end = text.indexOf(endMark);
  if (start === -1 && end === -1) return `${text.trimEnd()}\n\n${marked}\n`;
  if (start === -1 || end < start) {
    throw new Error(`${REPORT_FILE} must have ${startMark} and then ${endMark}.`);
  }
  return text.slice(0, start) + marked + text.slice(end + endMark.length);
};

/** Replaces a section of the report. */
export const writeSection = (root: string, name: string, section: string): void => {
  const file = join(root, REPORT_FILE);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '# Reliability\n';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, replaceSection(text, name, section));
};
