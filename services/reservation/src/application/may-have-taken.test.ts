import { createTestClock } from '@flashreserve/ops';
import { createGroupCommit, deadlineExceeded, overloaded } from '@flashreserve/rpc';
import { catalogUnavailable, refusal } from '../domain/reservation-errors';
import { mayHaveTaken } from './may-have-taken';

/** The error of a call whose deadline passed before it was sent. */
const neverSent = async (): Promise<unknown> => {
  const clock = createTestClock(new Date(1_000));
  const { submit } = createGroupCommit({ commit: async () => [], clock });
  return submit('call', new Date(0)).catch((error: unknown) => error);
};

describe('mayHaveTaken', () => {
  it.each([
    ['no reply', catalogUnavailable(new Error('reset'))],
    ['a reply after the deadline', catalogUnavailable(deadlineExceeded())],
    ['a deadline that passed in catalog', deadlineExceeded()],
    ['an unexpected error', new Error('?')],
  ])('units may have been taken after %s', (_name, error) => {
    expect(mayHaveTaken(error)).toBe(true);
  });

  it.each([
    ['a refusal', refusal('IDEMPOTENCY_KEY_REUSED')],
    ['an expired hold', refusal('RESERVATION_EXPIRED')],
    ['an overload', overloaded()],
  ])('no units were taken after %s', (_name, error) => {
    expect(mayHaveTaken(error)).toBe(false);
  });

  it('no units were taken if the call was never sent, also when the error is wrapped', async () => {
    const error = await neverSent();

    expect([mayHaveTaken(error), mayHaveTaken(catalogUnavailable(error))]).toEqual([false, false]);
  });
});
