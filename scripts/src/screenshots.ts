import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startChromium } from './chromium';
import { readEnvironment } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import { takePictures } from './screenshots/pictures';
import { startSale } from './screenshots/sale';
import { findShop } from './shop/find-shop';
import { reportFailure, type TaskInput } from './task';

/** The charts show two minutes. */
const SALE_MS = 122_000;

const SCREENSHOTS = {
  command: 'npm run screenshots',
  about: `Takes the screenshots of the live sale page for docs/live, on a running FlashReserve that may be filled with a simulated sale of two
minutes.`,
  options: {
    url: { kind: 'text', value: 'ADDRESS', help: 'gateway URL, instead of that of npm start' },
  },
} as const satisfies CommandLine;

/** Takes the screenshots of the live sale page for docs/live. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  const folder = join(root, 'docs/live');
  try {
    const { url } = readOptions(SCREENSHOTS, args);
    readEnvironment(root, process.env);
    const { baseUrl, admin } = await findShop(root, process.env, url);
    mkdirSync(folder, { recursive: true });
    const sale = await startSale(baseUrl, admin);
    process.stdout.write('Running a sale for two minutes ...\n');
    await pause(SALE_MS);
    const { buyer } = sale;
    const browser = await startChromium(process.env);
    const taking = takePictures({ browser, baseUrl, buyer, folder });
    await Promise.allSettled([taking]);
    sale.stop();
    await browser.close();
    const files = await taking;
    process.stdout.write(`${files.join('\n')}\n`);
  } catch (error) {
    reportFailure(error);
  }
};
