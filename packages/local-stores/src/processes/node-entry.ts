import { extname, join } from 'node:path';

/**
 * Arguments for `node` that run an entry file: the compiled one, or in tests the TypeScript source,
 * where packages of this repository are loaded from source, too.
 * @param entry Absolute path without extension.
 */
export function nodeArguments(entry: string): string[] {
  if (extname(__filename) === '.ts') {
    const hook = join(__dirname, 'typescript-hook.cjs');
    return ['--conditions', '@flashreserve/source', '--require', hook, `${entry}.ts`];
  }
  return [`${entry}.js`];
}
