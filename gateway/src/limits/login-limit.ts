import { addressKey } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import type { Counter, Full } from './counter';
import { loginLimited } from './refusals';
import { accountKey, type Subject } from './subject';

/** Does the work unless a limit stands against it. Rejects with the limit's refusal, or as the work does. */
export type Guard = <Result>(subject: Subject, work: () => Promise<Result>) => Promise<Result>;

/** Remembers from where an account was logged in to before. */
export interface FamiliarAddresses {
  readonly has: (pair: string) => Promise<boolean>;
  readonly add: (pair: string) => Promise<void>;
}

export interface LoginCounters {
  readonly perAccountAndAddress: Counter;
  readonly perAccount: Counter;
  readonly perAddress: Counter;
  readonly total: Counter;
  readonly familiar: FamiliarAddresses;
}

/** Key of counters that have only one. */
export const EVERYBODY = 'all';

const WRONG_GUESSES: ReadonlySet<string> = new Set(['INVALID_CREDENTIALS', 'WRONG_PASSWORD']);

const isWrongPassword = (error: unknown): boolean =>
  error instanceof DomainError && WRONG_GUESSES.has(error.reason);

/**
 * Limits failed logins. Tries on one account count before they are made, so that a crowd of them at once cannot pass
 * the limit, and are given back when they do not fail for the password. The limits of an address and of all count what
 * has failed, so that many people behind one address can log in at the same moment.
 *
 * Whoever logged in to the account from this address before is not stopped by what others do elsewhere: only failures
 * from his own address count against him. Nobody can be locked out of his account from another address.
 */
export const createLoginGuard = (counters: LoginCounters): Guard => {
  const { perAccountAndAddress, perAccount, perAddress, total, familiar } = counters;

  const refuse = (full: Full | undefined): void => {
    if (full !== undefined) throw loginLimited(full);
  };
  /** Counts the try, or throws and leaves no count behind. */
  const enter = async (pair: string, account: string, address: string): Promise<void> => {
    refuse(await perAddress.peek(address));
    refuse(await perAccountAndAddress.take(pair));
    const full = (await perAccount.take(account)) ?? (await total.peek(EVERYBODY));
    if (full === undefined || (await familiar.has(pair))) return;
    await Promise.all([perAccountAndAddress.giveBack(pair), perAccount.giveBack(account)]);
    refuse(full);
  };

  return async (subject, work) => {
    const account = accountKey(subject.account);
    const address = addressKey(subject.address);
    const pair = `${account}:${address}`;
    await enter(pair, account, address);
    try {
      const result = await work();
      await Promise.all([
        perAccountAndAddress.clear(pair),
        perAccount.giveBack(account),
        familiar.add(pair),
      ]);
      return result;
    } catch (error) {
      await (isWrongPassword(error)
        ? Promise.all([perAddress.count(address), total.count(EVERYBODY)])
        : Promise.all([perAccountAndAddress.giveBack(pair), perAccount.giveBack(account)]));
      throw error;
    }
  };
};
