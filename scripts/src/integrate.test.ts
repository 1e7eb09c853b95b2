import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Holds docs/integrate.md to the files that its test runs. */

const DOCS = resolve(__dirname, '../../docs');
const read = (file: string): string => readFileSync(join(DOCS, file), 'utf8');

const shown = (): ReadonlyMap<string, string> =>
  new Map(
    [
      ...read('integrate.md').matchAll(/^<!-- (examples\/[\w.-]+) -->\n\n```\w+\n(.*?)^```$/gms),
    ].map(([, file = '', code = '']) => [file, code]),
  );

describe('the integration guide', () => {
  it.each(['shop.sh', 'shop.mjs', 'shop.py', 'shop.php'])('shows %s as it is', (name) => {
    const file = `examples/${name}`;
    expect(shown().get(file)).toBe(read(file));
  });
});
