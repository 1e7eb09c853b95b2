import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { CURRENCY_DIGITS } from '@flashreserve/contracts';
import { type ConfirmBy, readPageFiles } from './page-files';

const SOURCES = resolve(__dirname, '../page');

const textOf = (path: string, confirmBy: ConfirmBy = 'customer'): string =>
  readPageFiles({ confirmBy }).get(path)?.content.toString() ?? '';

describe('the files of the live sale page', () => {
  it('the page shows prices with the digits that the services store', () => {
    const text = textOf('/vendor/currency-digits.js');
    const table = /^export const CURRENCY_DIGITS = new Map\((.*)\);\n$/.exec(text)?.[1] ?? '';

    expect(JSON.parse(table)).toEqual([...CURRENCY_DIGITS]);
  });

  it('the page knows who confirms reservations in this deployment', () => {
    for (const confirmBy of ['customer', 'backend'] as const) {
      expect(textOf('/vendor/settings.js', confirmBy)).toBe(
        `export const CONFIRM_BY = "${confirmBy}";\n`,
      );
    }
  });

  it('the page preloads every module', () => {
    const text = textOf('/');
    const modules = readdirSync(SOURCES).filter((name) => name.endsWith('.js'));

    expect(modules).toContain('main.js');
    for (const name of modules) expect(text).toContain(`="/live/${name}"`);
  });
});
