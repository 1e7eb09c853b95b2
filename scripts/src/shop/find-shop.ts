import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findRunningStack } from '../running-stack';
import { TaskError } from '../task';

/** A running FlashReserve with the login of an administrator. */
export interface Shop {
  readonly baseUrl: string;
  readonly admin: { readonly email: string; readonly password: string };
}

const BASE_URL_DEFAULT = 'http://127.0.0.1:3000';
const ADMIN_EMAIL_DEFAULT = 'admin@flashreserve.example';
const READY_TIMEOUT_MS = 5_000;

const NOT_RUNNING =
  'FlashReserve does not run here. Start it with `npm start` in another terminal, or say with --url where it runs.';

const secrets = z.object({ ADMIN_PASSWORD: z.string() });

const findPassword = (root: string, env: NodeJS.ProcessEnv): string => {
  const given = env['ADMIN_PASSWORD'];
  if (given !== undefined && given !== '') return given;
  const file = join(root, '.data/secrets.json');
  if (!existsSync(file)) {
    throw new TaskError('Set ADMIN_EMAIL and ADMIN_PASSWORD to the login of an administrator.');
  }
  return secrets.parse(JSON.parse(readFileSync(file, 'utf8'))).ADMIN_PASSWORD;
};

/** @throws TaskError when nothing answers there or not all components are up */
const ensureReady = async (baseUrl: string): Promise<void> => {
  let answer: Response;
  try {
    answer = await fetch(`${baseUrl}/readyz`, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
  } catch {
    throw new TaskError(`Nothing answers at ${baseUrl}. ${NOT_RUNNING}`);
  }
  if (!answer.ok) {
    throw new TaskError(`${baseUrl} is not ready: ${await answer.text()}`);
  }
};

/**
 * Finds the stack started by `npm start`, one whose database is given by MONGO_URI, or the one at
 * `url`.
 *
 * @throws TaskError that says what to do
 */
export const findShop = async (
  root: string,
  env: NodeJS.ProcessEnv,
  url: string | undefined,
): Promise<Shop> => {
  const elsewhere = env['MONGO_URI'] ? `http://127.0.0.1:${env['PORT'] || 3_000}` : undefined;
  const stack = findRunningStack(root);
  const started = stack && (stack.restUrl ?? BASE_URL_DEFAULT);
  const baseUrl = (url ?? started ?? elsewhere)?.replace(/\/+$/, '');
  if (baseUrl === undefined) throw new TaskError(NOT_RUNNING);
  await ensureReady(baseUrl);
  const email = env['ADMIN_EMAIL'] || ADMIN_EMAIL_DEFAULT;
  return { baseUrl, admin: { email, password: findPassword(root, env) } };
};
