import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { CURRENCY_DIGITS } from '@flashreserve/contracts';
import { createStaticDocument, type StaticDocument } from '../static-documents';

/** Beside `src` and `dist`, because browsers get these files as they are. */
const FOLDER = resolve(__dirname, '../../../live');
const START_FILE = 'index.html';

/** Nothing of another kind is ever served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** Files of packages, under the names that the page knows them by. */
const FROM_PACKAGES: Readonly<Record<string, string>> = {
  '/vendor/uplot.js': 'uplot/dist/uPlot.esm.js',
  '/vendor/uplot.css': 'uplot/dist/uPlot.min.css',
};

/** Files that are written from data of this repository, so that a page and a service never differ. */
const GENERATED: Readonly<Record<string, string>> = {
  '/vendor/currency-digits.js': `export const CURRENCY_DIGITS = new Map(${JSON.stringify([...CURRENCY_DIGITS])});\n`,
};

const toLiveFile = (name: string, content: Buffer): StaticDocument =>
  createStaticDocument(CONTENT_TYPES[extname(name)] ?? 'application/octet-stream', content);

/**
 * Reads every file of the page into memory, by its path below the mount path. What is not in here cannot be asked for,
 * whatever a path says.
 */
export const readLiveFiles = (): ReadonlyMap<string, StaticDocument> => {
  const own = readdirSync(FOLDER)
    .filter((name) => extname(name) in CONTENT_TYPES)
    .map((name) => [`/${name === START_FILE ? '' : name}`, join(FOLDER, name)] as const);
  const others = Object.entries(FROM_PACKAGES).map(
    ([path, file]) => [path, require.resolve(file)] as const,
  );
  const read = [...own, ...others].map(
    ([path, file]) => [path, toLiveFile(file, readFileSync(file))] as const,
  );
  const written = Object.entries(GENERATED).map(
    ([path, text]) => [path, toLiveFile(path, Buffer.from(text))] as const,
  );
  return new Map([...read, ...written]);
};
