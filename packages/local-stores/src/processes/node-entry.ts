import { extname, join } from 'node:path';

/**
 * Arguments for `node` that run one of this package's own entry files as a process of its own. Works from
 * the built package and, in tests, straight from the TypeScript source.
 * @param entry Absolute path without extension.
 */
export function nodeArguments(entry: string): string[] {
  if (extname(__filename) === '.ts') {
    const hook = join(__dirname, 'typescript-hook.cjs');
    return ['--conditions', '@flashreserve/source', '--require', hook, `${entry}.ts`];
  }
  return [`${entry}.js`];
}
