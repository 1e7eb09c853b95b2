import { newId } from '@flashreserve/ops';
import { DomainError, unavailable } from '@flashreserve/rpc';
import { DelayedError, UnrecoverableError } from 'bullmq';
import type { Settlement } from '../application/settle-batch';
import { createExpiryProcessor } from './expiry.processor';

type Answer = Settlement | Error;

const RELEASED: Settlement = { outcome: 'released', changed: true };
const outage = unavailable('CATALOG_UNAVAILABLE', 'away');
const invalid = new DomainError({ kind: 'invalid', reason: 'INVALID_REQUEST', message: 'no such' });
const notDue = (remainingMs: number): Settlement => ({ outcome: 'not-due', remainingMs });

/** A processor with configurable outcomes, and a job that records the calls on it. */
const setUp = (answers: Readonly<Record<string, Answer>> = {}) => {
  const asked: (readonly string[])[] = [];
  const updateData = jest.fn(async (_data: unknown) => undefined);
  const moveToDelayed = jest.fn(async () => undefined);
  const process = createExpiryProcessor({
    settle: async (ids) => {
      asked.push(ids);
      return new Map(
        ids.map((id) => {
          const answer = answers[id] ?? RELEASED;
          return [
            id,
            answer instanceof Error ? { ok: false, error: answer } : { ok: true, value: answer },
          ];
        }),
      );
    },
  });
  return {
    asked,
    updateData,
    moveToDelayed,
    run: (data: unknown) => process({ data, updateData, moveToDelayed }, 'token'),
    runFor: (...reservationIds: readonly unknown[]) =>
      process({ data: { reservationIds }, updateData, moveToDelayed }, 'token'),
  };
};

const [a, b, c, d] = [newId(), newId(), newId(), newId()];

afterEach(() => {
  jest.useRealTimers();
});

describe('the processor of the expiry queue', () => {
  it('a job settles the holds of all its reservations and reports the counts', async () => {
    const { runFor, asked, updateData } = setUp({
      [b]: { outcome: 'sold', changed: true },
      [c]: { outcome: 'released', changed: false },
      [d]: { outcome: 'no-hold' },
    });

    expect(await runFor(a, b, c, d)).toEqual({ released: 2, sold: 1, noHold: 1, changed: 2 });
    expect(asked).toEqual([[a, b, c, d]]);
    expect(updateData).not.toHaveBeenCalled();
  });

  it('an id listed twice in a job is settled once', async () => {
    const { runFor, asked } = setUp();

    await runFor(a, a);

    expect(asked).toEqual([[a]]);
  });

  describe('when a job runs early', () => {
    it('an early job is put back for the remaining time', async () => {
      const { runFor, moveToDelayed, updateData } = setUp({ [a]: notDue(1_500) });
      jest.useFakeTimers({ now: 1_000_000 });

      await expect(runFor(a)).rejects.toThrow(DelayedError);

      expect(moveToDelayed).toHaveBeenCalledWith(1_001_500, 'token');
      expect(updateData).not.toHaveBeenCalled();
    });

    it('a job is put back with the reservations that are not due, until the first few are due', async () => {
      const { runFor, moveToDelayed, updateData } = setUp({
        [b]: notDue(5_000),
        [c]: notDue(4_970),
        [d]: notDue(5_100),
      });
      jest.useFakeTimers({ now: 1_000_000 });

      await expect(runFor(a, b, c, d)).rejects.toThrow(DelayedError);

      expect(updateData).toHaveBeenCalledWith({ reservationIds: [b, c, d] });
      expect(moveToDelayed).toHaveBeenCalledWith(1_005_000, 'token');
    });

    it('a failed reservation in a job that is put back is retried sooner', async () => {
      const { runFor, moveToDelayed, updateData } = setUp({ [a]: notDue(600_000), [b]: outage });
      jest.useFakeTimers({ now: 1_000_000 });

      await expect(runFor(a, b, c)).rejects.toThrow(DelayedError);

      expect(updateData).toHaveBeenCalledWith({ reservationIds: [a, b] });
      expect(moveToDelayed).toHaveBeenCalledWith(1_005_000, 'token');
    });
  });

  describe('when some cannot be settled', () => {
    it('an outage fails the attempt, and the job keeps only its open reservations', async () => {
      const { runFor, updateData } = setUp({ [b]: outage });

      const failure = expect(runFor(a, b, c)).rejects;
      await failure.toThrow(`1 of 3 holds could not be settled: ${b}: away`);
      await failure.not.toThrow(UnrecoverableError);

      expect(updateData).toHaveBeenCalledWith({ reservationIds: [b] });
    });

    it('the job data is not rewritten while all its reservations are open', async () => {
      const { runFor, updateData } = setUp({ [a]: outage });

      await expect(runFor(a)).rejects.toThrow('away');

      expect(updateData).not.toHaveBeenCalled();
    });

    it('a reservation that a service rejects as invalid fails the job for good, once the others are settled', async () => {
      const { runFor, updateData } = setUp({ [b]: invalid });

      await expect(runFor(a, b, c)).rejects.toThrow(UnrecoverableError);

      expect(updateData).toHaveBeenCalledWith({ reservationIds: [b] });
    });

    it('a job is retried as long as one of its reservations may succeed', async () => {
      const { runFor, updateData } = setUp({ [a]: invalid, [b]: outage });

      await expect(runFor(a, b, c)).rejects.not.toThrow(UnrecoverableError);

      expect(updateData).toHaveBeenCalledWith({ reservationIds: [b, a] });
    });

    it('the failure message lists a few problems and their total number', async () => {
      const { runFor } = setUp({ [a]: outage, [b]: outage, [c]: outage, [d]: outage });

      await expect(runFor(a, b, c, d)).rejects.toThrow(
        `4 of 4 holds could not be settled: ${a}: away; ${b}: away; ${c}: away; and 1 more`,
      );
    });
  });

  describe('when the job data is unusable', () => {
    it.each([
      undefined,
      null,
      'text',
      [],
      {},
      { reservationId: 7 },
      { reservationId: 'no uuid' },
      { reservationId: { $ne: null } },
      { reservationIds: [] },
      { reservationIds: 'text' },
      { reservationIds: ['no uuid', 7] },
      { reservationIds: Array.from({ length: 501 }, newId) },
    ])('a job with the data %p fails for good at once', async (data) => {
      const { run, asked, updateData } = setUp();

      await expect(run(data)).rejects.toThrow(UnrecoverableError);
      expect(asked).toEqual([]);
      expect(updateData).not.toHaveBeenCalled();
    });

    it('usable ids are settled first and unusable entries stay visible in the job data', async () => {
      const { runFor, asked, updateData } = setUp();

      const run = runFor('no uuid', a, { $ne: null });

      await expect(run).rejects.toThrow(UnrecoverableError);
      expect(asked).toEqual([[a]]);
      expect(updateData).toHaveBeenCalledWith({ reservationIds: ['no uuid', { $ne: null }] });
    });
  });

  it('a job that is put back keeps its valid traces and no other extra data', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { run, updateData } = setUp({ [b]: outage });

    const data = { reservationIds: [a, b], traceparents: [traceparent, 'none', 7], more: 'text' };
    await expect(run(data)).rejects.toThrow();

    expect(updateData).toHaveBeenCalledWith({ reservationIds: [b], traceparents: [traceparent] });
  });
});
