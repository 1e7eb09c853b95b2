import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startChromium } from './chromium';
import { takePictures } from './screenshots/pictures';
import { startSale } from './screenshots/sale';
import { reportFailure, type TaskInput } from './task';

const BASE_URL_DEFAULT = 'http://localhost:3000';
const ADMIN_EMAIL_DEFAULT = 'admin@flashreserve.example';
/** The charts show two minutes. */
const SALE_MS = 122_000;

const secrets = z.object({ ADMIN_PASSWORD: z.string() });

const passwordOfAdmin = (root: string): string =>
  process.env['ADMIN_PASSWORD'] ||
  secrets.parse(JSON.parse(readFileSync(join(root, '.data/secrets.json'), 'utf8'))).ADMIN_PASSWORD;

/**
 * Takes the pictures of the live sale page in docs/live, on a stack that runs and may be filled with a made-up sale. The stack's
 * address is the first argument.
 */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  const baseUrl = args[0] ?? BASE_URL_DEFAULT;
  const folder = join(root, 'docs/live');
  try {
    mkdirSync(folder, { recursive: true });
    const sale = await startSale(baseUrl, {
      email: process.env['ADMIN_EMAIL'] || ADMIN_EMAIL_DEFAULT,
      password: passwordOfAdmin(root),
    });
    process.stdout.write('A sale goes on for two minutes ...\n');
    await new Promise((resolve) => setTimeout(resolve, SALE_MS));
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
