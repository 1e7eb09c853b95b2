import { addressKey } from '@flashreserve/ops';
import { DomainError, type DomainErrorKind } from '@flashreserve/rpc';
import type { Counter, Full } from './counter';
import { EVERYBODY, type Guard } from './login-limit';
import { registrationLimited } from './refusals';
import { accountKey } from './subject';

export interface RegistrationCounters {
  readonly perAccount: Counter;
  readonly perAddress: Counter;
  readonly total: Counter;
}

/** Errors that count: they reveal something to the caller. Failures of the system do not count. */
const ANSWERS: ReadonlySet<DomainErrorKind> = new Set(['already-exists', 'forbidden', 'invalid']);

const isAnswer = (error: unknown): boolean =>
  error instanceof DomainError && ANSWERS.has(error.kind);

/** Limits registrations, including rejected ones: these cost work too and reveal existing users. */
export const createRegistrationGuard = (counters: RegistrationCounters): Guard => {
  const { perAccount, perAddress, total } = counters;
  return async (subject, work) => {
    const taken: { readonly counter: Counter; readonly key: string }[] = [];
    const giveBack = () => Promise.all(taken.map(({ counter, key }) => counter.giveBack(key)));
    const take = async (counter: Counter, key: string): Promise<void> => {
      const full: Full | undefined = await counter.take(key);
      if (full === undefined) {
        taken.push({ counter, key });
        return;
      }
      // A rejected attempt must not use up the other limits.
      await giveBack();
      throw registrationLimited(full);
    };
    await take(perAddress, addressKey(subject.address));
    await take(perAccount, accountKey(subject.account));
    await take(total, EVERYBODY);
    try {
      return await work();
    } catch (error) {
      if (!isAnswer(error)) await giveBack();
      throw error;
    }
  };
};
