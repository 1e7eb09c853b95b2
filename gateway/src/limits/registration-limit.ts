import { addressKey } from '@flashreserve/ops';
import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';
import type { Counter, Quota } from './counter';
import { type Guard, toQuotaHeaders } from './guard';
import { EVERYBODY } from './login-limit';
import { registrationLimited } from './refusals';
import { accountKey } from './subject';

export interface RegistrationCounters {
  /** Guests have no account. */
  readonly perAccount?: Counter;
  readonly perAddress: Counter;
  readonly total: Counter;
}

/** Errors that count: they reveal something to the caller. Failures of the system do not count. */
const ANSWERS: ReadonlySet<DomainErrorKind> = new Set(['already-exists', 'forbidden', 'invalid']);

const isAnswer = (error: unknown): boolean =>
  error instanceof DomainError && ANSWERS.has(error.kind);

/**
 * Limits registrations, or other attempts, including rejected ones: these cost work too and reveal
 * existing users.
 */
export const createRegistrationGuard = (
  counters: RegistrationCounters,
  { policy, limited } = { policy: 'registration', limited: registrationLimited },
): Guard => {
  const { perAccount, perAddress, total } = counters;
  return async (subject, work) => {
    const taken: { readonly counter: Counter; readonly key: string }[] = [];
    const giveBack = () => Promise.all(taken.map(({ counter, key }) => counter.giveBack(key)));
    const take = async (counter: Counter, key: string): Promise<Quota | undefined> => {
      const quota = await counter.take(key);
      if (quota?.isExceeded !== true) {
        taken.push({ counter, key });
        return quota;
      }
      // A rejected attempt must not use up the other limits.
      await giveBack();
      throw limited(quota);
    };
    const ofAddress = await take(perAddress, addressKey(subject.address));
    if (perAccount !== undefined) await take(perAccount, accountKey(subject.account));
    await take(total, EVERYBODY);
    try {
      return { result: await work(), headers: toQuotaHeaders(policy, ofAddress) };
    } catch (error) {
      if (!isAnswer(error)) await giveBack();
      throw error;
    }
  };
};
