import { findOrInstallProgram } from '@flashreserve/local-stores';
import { type Browser, chromium } from 'playwright-core';
import { TaskError } from './task';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
/** Chromium, and a font, without which it renders no text. */
const PACKAGES = ['chromium', 'fonts-dejavu-core'];

const HELP = `There is no browser for the live sale page. Any one of these helps:
  - On Debian: apt-get install ${PACKAGES.join(' ')}. As root, run this again to install them.
  - Elsewhere install Chromium or Chrome, so that one of these is on PATH: ${NAMES.join(', ')}.
  - Set CHROMIUM to the path of the program.`;

const findChromium = async (env: NodeJS.ProcessEnv): Promise<string> => {
  const given = env['CHROMIUM'];
  if (given !== undefined && given !== '') return given;
  const log = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const found = await findOrInstallProgram({ env, names: NAMES, packages: PACKAGES, log }).catch(
    (error: unknown) => {
      throw new TaskError(`${HELP}\nThe last attempt said: ${String(error)}`);
    },
  );
  if (found === undefined) throw new TaskError(HELP);
  return found;
};

/**
 * Starts the system's Chromium, headless. As root on Debian or Ubuntu, installs it first if it is
 * missing, which takes a few minutes.
 *
 * @throws TaskError that says what to install
 */
export const startChromium = async (env: NodeJS.ProcessEnv): Promise<Browser> =>
  chromium.launch({
    executablePath: await findChromium(env),
    // Containers have little shared memory.
    args: ['--disable-dev-shm-usage'],
  });
