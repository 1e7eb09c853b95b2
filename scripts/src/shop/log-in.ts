import { createFlashReserveClient, type FlashReserveClient, isProblem } from '@flashreserve/client';
import { TaskError } from '../task';
import type { Shop } from './find-shop';

/** @throws TaskError when the login is not that of an administrator */
export const logInAsAdmin = async ({ baseUrl, admin }: Shop): Promise<FlashReserveClient> => {
  const client = createFlashReserveClient({ baseUrl });
  try {
    await client.auth.login(admin);
  } catch (error) {
    if (!isProblem(error, 'INVALID_CREDENTIALS')) throw error;
    throw new TaskError(
      `${admin.email} cannot log in at ${baseUrl}. Set ADMIN_EMAIL and ADMIN_PASSWORD to the login of an administrator.`,
    );
  }
  if ((await client.auth.me()).role !== 'ADMIN') {
    throw new TaskError(`${admin.email} is not an administrator at ${baseUrl}.`);
  }
  return client;
};
