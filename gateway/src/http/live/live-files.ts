import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CURRENCY_DIGITS } from '@flashreserve/contracts';

/** One file of the page, ready to be sent. */
export interface LiveFile {
  readonly contentType: string;
  readonly content: Buffer;
  readonly gzipped: Buffer;
  /** Weak, because both forms of the content share it. */
  readonly etag: string;
}

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

const toLiveFile = (name: string, content: Buffer): LiveFile => {
  return {
    contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
    content,
    gzipped: gzipSync(content),
    etag: `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
  };
};

/**
 * Reads every file of the page into memory, by its path below the mount path. What is not in here cannot be asked for,
 * whatever a path says.
 */
export const readLiveFiles = (): ReadonlyMap<string, LiveFile> => {
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
