import { mongo } from 'mongoose';
import { repeatOnOutage } from './repeat-on-outage';

const notPrimary = () => new mongo.MongoServerError({ code: 10_107, errmsg: 'not primary', ok: 0 });

/** Fails with the given errors, one per attempt, then succeeds. */
const failing = (failures: readonly Error[], delayMs = 0) => {
  let attempts = 0;
  const work = async (): Promise<number> => {
    const failure = failures[attempts];
    attempts += 1;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (failure !== undefined) throw failure;
    return attempts;
  };
  return { work, attempts: () => attempts };
};

describe('repeatOnOutage', () => {
  it('an operation that succeeds runs once', async () => {
    expect(await repeatOnOutage(failing([]).work)).toBe(1);
  });

  it('an operation survives two store failures; the third is thrown', async () => {
    expect(await repeatOnOutage(failing([notPrimary(), notPrimary()]).work)).toBe(3);

    const lost = failing([notPrimary(), notPrimary(), notPrimary()]);
    await expect(repeatOnOutage(lost.work)).rejects.toMatchObject({ code: 10_107 });
    expect(lost.attempts()).toBe(3);
  });

  it('an error that is no outage is not retried', async () => {
    const bug = failing([new mongo.MongoServerError({ code: 2, errmsg: 'BadValue', ok: 0 })]);

    await expect(repeatOnOutage(bug.work)).rejects.toMatchObject({ code: 2 });

    expect(bug.attempts()).toBe(1);
  });

  it('a failure that takes longer than a second is not retried', async () => {
    const slow = failing([notPrimary()], 1_100);

    await expect(repeatOnOutage(slow.work)).rejects.toMatchObject({ code: 10_107 });

    expect(slow.attempts()).toBe(1);
  });
});
