import { addressKey } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import type { Counter } from './counter';
import { type Admitted, toQuotaHeaders } from './guard';
import { loginLimited } from './refusals';

/**
 * Checks a client's credentials unless too many were wrong from the address. Rejects with
 * LOGIN_LIMITED, or as `work` does. The headers say how many wrong ones are left.
 */
export type ClientLoginGuard = <Result>(
  address: string,
  work: () => Promise<Result>,
) => Promise<Admitted<Result>>;

/** What auth says about a wrong secret, and about one that cannot be a secret. */
const WRONG_GUESSES: ReadonlySet<string> = new Set(['INVALID_CREDENTIALS', 'INVALID_REQUEST']);

/**
 * Counts failures only. There is no limit per client: its secret cannot be guessed, and with one a
 * stranger who knows the client id could lock the shop out.
 */
export const createClientLoginGuard =
  (perAddress: Counter): ClientLoginGuard =>
  async (address, work) => {
    const key = addressKey(address);
    const quota = await perAddress.peek(key);
    if (quota?.isExceeded === true) throw loginLimited(quota);
    try {
      return { result: await work(), headers: toQuotaHeaders('login', quota) };
    } catch (error) {
      const isWrong = error instanceof DomainError && WRONG_GUESSES.has(error.reason);
      if (isWrong) await perAddress.count(key);
      throw error;
    }
  };
