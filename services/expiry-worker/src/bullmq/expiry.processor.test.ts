import { DomainError, unavailable } from '@flashreserve/platform/errors';
import { newId } from '@flashreserve/platform/ids';
import { DelayedError, UnrecoverableError } from 'bullmq';
import type { Settlement } from '../application/settle-batch';
import { createExpiryProcessor } from './expiry.processor';

const setUp = (settlement: Settlement | Error) => {
  const settle = jest.fn(async (): Promise<Settlement> => {
    if (settlement instanceof Error) throw settlement;
    return settlement;
  });
  const moveToDelayed = jest.fn(async () => undefined);
  const process = createExpiryProcessor({ settle });
  return {
    settle,
    moveToDelayed,
    run: (data: unknown) => process({ data, moveToDelayed }, 'token'),
  };
};

describe('the processor of the expiry queue', () => {
  it('settles the hold of the reservation that the job names and keeps the result', async () => {
    const { run, settle } = setUp({ outcome: 'released', changed: true });
    const reservationId = newId();

    await expect(run({ reservationId })).resolves.toEqual({ outcome: 'released', changed: true });
    expect(settle).toHaveBeenCalledWith(reservationId);
  });

  it('puts a job that came early back for the remaining time', async () => {
    const { run, moveToDelayed } = setUp({ outcome: 'not-due', remainingMs: 1_500 });
    jest.useFakeTimers({ now: 1_000_000 });

    try {
      await expect(run({ reservationId: newId() })).rejects.toThrow(DelayedError);
    } finally {
      jest.useRealTimers();
    }

    expect(moveToDelayed).toHaveBeenCalledWith(1_001_500, 'token');
  });

  it.each([
    undefined,
    null,
    'text',
    [],
    {},
    { reservationId: 7 },
    { reservationId: 'no uuid' },
    { reservationId: { $ne: null } },
  ])('sets a job aside at once when its data is %p', async (data) => {
    const { run, settle } = setUp({ outcome: 'no-hold' });

    await expect(run(data)).rejects.toThrow(UnrecoverableError);
    expect(settle).not.toHaveBeenCalled();
  });

  it('sets a job aside when a service calls its id invalid', async () => {
    const { run } = setUp(
      new DomainError({ kind: 'invalid', reason: 'INVALID_REQUEST', message: 'no such id' }),
    );

    await expect(run({ reservationId: newId() })).rejects.toThrow(UnrecoverableError);
  });

  it('leaves an outage to the attempts of the job', async () => {
    const outage = unavailable('CATALOG_UNAVAILABLE', 'away');
    const { run } = setUp(outage);

    await expect(run({ reservationId: newId() })).rejects.toBe(outage);
  });
});
