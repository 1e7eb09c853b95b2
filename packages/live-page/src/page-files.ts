import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { CURRENCY_DIGITS } from '@flashreserve/contracts';

/** A file as browsers get it. */
export interface PageFile {
  readonly contentType: string;
  readonly content: Buffer;
}

/** Next to `src` and `dist`, because these files are served unchanged. */
const FOLDER = resolve(__dirname, '../page');
const START_FILE = 'index.html';

/** Files of any other type are never served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** Files of npm packages, by the path that the page uses. */
const FROM_PACKAGES: Readonly<Record<string, string>> = {
  '/vendor/uplot.js': 'uplot/dist/uPlot.esm.js',
  '/vendor/uplot.css': 'uplot/dist/uPlot.min.css',
};

/** Who may confirm reservations in this deployment. */
export type ConfirmBy = 'customer' | 'backend';

/** What the page knows of the deployment. */
export interface PageSettings {
  readonly confirmBy: ConfirmBy;
}

/** Files generated from data of this repository, so that the page and the services never differ. */
const generate = ({ confirmBy }: PageSettings): Readonly<Record<string, string>> => ({
  '/vendor/currency-digits.js': `export const CURRENCY_DIGITS = new Map(${JSON.stringify([...CURRENCY_DIGITS])});\n`,
  '/vendor/settings.js': `export const CONFIRM_BY = ${JSON.stringify(confirmBy)};\n`,
});

const toPageFile = (name: string, content: Buffer): PageFile => ({
  contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream',
  content,
});

/**
 * Reads all files of the page into memory, by their path below the mount path. Only these files can
 * be requested, whatever the path.
 */
export const readPageFiles = (settings: PageSettings): ReadonlyMap<string, PageFile> => {
  const own = readdirSync(FOLDER)
    .filter((name) => extname(name) in CONTENT_TYPES)
    .map((name) => [`/${name === START_FILE ? '' : name}`, join(FOLDER, name)] as const);
  const others = Object.entries(FROM_PACKAGES).map(
    ([path, file]) => [path, require.resolve(file)] as const,
  );
  const read = [...own, ...others].map(
    ([path, file]) => [path, toPageFile(file, readFileSync(file))] as const,
  );
  const written = Object.entries(generate(settings)).map(
    ([path, text]) => [path, toPageFile(path, Buffer.from(text))] as const,
  );
  return new Map([...read, ...written]);
};
