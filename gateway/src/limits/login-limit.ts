import { addressKey } from '@flashreserve/ops';
import { DomainError } from '@flashreserve/rpc';
import type { Counter, Quota } from './counter';
import { type Guard, toQuotaHeaders } from './guard';
import { loginLimited } from './refusals';
import { accountKey } from './subject';

/** Pairs of account and address with an earlier successful login. */
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

/** The only key of the total counters. */
export const EVERYBODY = 'all';

const WRONG_GUESSES: ReadonlySet<string> = new Set(['INVALID_CREDENTIALS', 'WRONG_PASSWORD']);

const isWrongPassword = (error: unknown): boolean =>
  error instanceof DomainError && WRONG_GUESSES.has(error.reason);

/**
 * Limits failed logins. The account limits count attempts in advance, so that concurrent attempts
 * cannot exceed them, and undo the count unless the password was wrong. The address limit and
 * the total limit count only failures, so that many users behind one address can log in at once.
 *
 * For an address with an earlier login to the account only failures from that address count, so
 * an attacker at another address cannot lock a user out.
 */
export const createLoginGuard = (counters: LoginCounters): Guard => {
  const { perAccountAndAddress, perAccount, perAddress, total, familiar } = counters;

  const refuse = (quota: Quota | undefined): void => {
    if (quota?.isExceeded === true) throw loginLimited(quota);
  };
  /** Counts the attempt, or throws without leaving a count. */
  const enter = async (
    pair: string,
    account: string,
    address: string,
  ): Promise<Quota | undefined> => {
    refuse(await perAddress.peek(address));
    const own = await perAccountAndAddress.take(pair);
    refuse(own);
    const ofAccount = await perAccount.take(account);
    const shared = ofAccount?.isExceeded === true ? ofAccount : await total.peek(EVERYBODY);
    if (shared?.isExceeded !== true || (await familiar.has(pair))) return own;
    await Promise.all([perAccountAndAddress.giveBack(pair), perAccount.giveBack(account)]);
    throw loginLimited(shared);
  };

  return async (subject, work) => {
    const account = accountKey(subject.account);
    const address = addressKey(subject.address);
    const pair = `${account}:${address}`;
    const quota = await enter(pair, account, address);
    try {
      const result = await work();
      await Promise.all([
        perAccountAndAddress.clear(pair),
        perAccount.giveBack(account),
        familiar.add(pair),
      ]);
      return { result, headers: toQuotaHeaders('login', quota) };
    } catch (error) {
      await (isWrongPassword(error)
        ? Promise.all([perAddress.count(address), total.count(EVERYBODY)])
        : Promise.all([perAccountAndAddress.giveBack(pair), perAccount.giveBack(account)]));
      throw error;
    }
  };
};
