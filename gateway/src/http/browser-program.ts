import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Next to `src` and `dist`, because these files are sent unchanged. */
const FOLDER = resolve(__dirname, '../../browser');

/** Reads a program that pages of the gateway run in the browser. */
export const readBrowserProgram = (
  name: 'account-link.js' | 'sign-in.js' | 'swagger-authorize.js',
): string => readFileSync(join(FOLDER, name), 'utf8');
