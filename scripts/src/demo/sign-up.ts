import { randomUUID } from 'node:crypto';
import { createFlashReserveClient, type FlashReserveClient, isProblem } from '@flashreserve/client';
import { inParallel } from '../shop/in-parallel';
import { TaskError } from '../task';

/** Low, because password hashing is slow by design. */
const AT_ONCE = 6;

/** Creates an account for each buyer and logs it in. */
export const signUp = async (
  baseUrl: string,
  count: number,
  onProgress: (done: number) => void,
): Promise<readonly FlashReserveClient[]> => {
  const sale = randomUUID().slice(0, 8);
  const password = randomUUID();
  let done = 0;
  const one = async (number: number): Promise<FlashReserveClient> => {
    const client = createFlashReserveClient({ baseUrl });
    const email = `buyer-${number}.${sale}@demo.example`;
    await client.auth.register({ email, password, name: `Buyer ${number}` });
    await client.auth.login({ email, password });
    done += 1;
    onProgress(done);
    return client;
  };
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  try {
    return await inParallel(numbers, AT_ONCE, one);
  } catch (error) {
    if (!isProblem(error, 'REGISTRATION_LIMITED')) throw error;
    throw new TaskError(
      `This stack accepts no more registrations for now (REGISTRATIONS_PER_ADDRESS, REGISTRATIONS_PER_MINUTE_TOTAL). Try again in ${error.retryAfterSeconds ?? 'some'} seconds, or with fewer --buyers.`,
    );
  }
};
