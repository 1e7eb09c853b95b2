import { createTestClock } from '@flashreserve/ops';
import { createGroupCommit, deadlineExceeded, overloaded } from '@flashreserve/rpc';
import {
  catalogUnavailable,
  idempotencyKeyReused,
  reservationExpired,
} from '../domain/reservation-errors';
import { mayHaveTaken } from './may-have-taken';

/** What a call is rejected with whose deadline passed before it was sent. */
const neverSent = async (): Promise<unknown> => {
  const clock = createTestClock(new Date(1_000));
  const { submit } = createGroupCommit({ commit: async () => [], clock });
  return submit('call', new Date(0)).catch((error: unknown) => error);
};

describe('mayHaveTaken', () => {
  it.each([
    ['no answer', catalogUnavailable(new Error('reset'))],
    ['an answer that came too late', catalogUnavailable(deadlineExceeded())],
    ['a deadline that passed over there', deadlineExceeded()],
    ['what nobody foresaw', new Error('?')],
  ])('is true after %s', (_name, error) => {
    expect(mayHaveTaken(error)).toBe(true);
  });

  it.each([
    ['a refusal', idempotencyKeyReused()],
    ['a hold that came too late', reservationExpired()],
    ['an overload', overloaded()],
  ])('is false after %s', (_name, error) => {
    expect(mayHaveTaken(error)).toBe(false);
  });

  it('is false when the call was never sent, also behind the error that callers see', async () => {
    const error = await neverSent();

    expect([mayHaveTaken(error), mayHaveTaken(catalogUnavailable(error))]).toEqual([false, false]);
  });
});
