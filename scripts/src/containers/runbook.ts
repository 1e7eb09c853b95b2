import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskError } from '../task';

/**
 * The first shell block under a heading of the runbook, so that the test runs what operators read.
 *
 * @throws TaskError when there is none
 */
export const readRunbookLines = (root: string, heading: string): string => {
  const text = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
  const [, after] = text.split(`\n## ${heading}\n`);
  const [section = ''] = (after ?? '').split('\n## ');
  const [, block] = /```sh\n(.*?)```/s.exec(section) ?? [];
  if (block === undefined)
    throw new TaskError(`The runbook has no shell lines under "${heading}".`);
  return block;
};
