import { mongo } from 'mongoose';
import { repeatOnOutage } from './repeat-on-outage';

const notPrimary = () => new mongo.MongoServerError({ code: 10_107, errmsg: 'not primary', ok: 0 });

/** Fails as it is told to, attempt by attempt, and then succeeds. */
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

describe('an operation that may be done twice', () => {
  it('runs once when nothing fails', async () => {
    expect(await repeatOnOutage(failing([]).work)).toBe(1);
  });

  it('survives two failures of the store, and reports the third', async () => {
    expect(await repeatOnOutage(failing([notPrimary(), notPrimary()]).work)).toBe(3);

    const lost = failing([notPrimary(), notPrimary(), notPrimary()]);
    await expect(repeatOnOutage(lost.work)).rejects.toMatchObject({ code: 10_107 });
    expect(lost.attempts()).toBe(3);
  });

  it('is not repeated after a mistake of ours', async () => {
    const bug = failing([new mongo.MongoServerError({ code: 2, errmsg: 'BadValue', ok: 0 })]);

    await expect(repeatOnOutage(bug.work)).rejects.toMatchObject({ code: 2 });

    expect(bug.attempts()).toBe(1);
  });

  it('is not repeated when the failure came late', async () => {
    const slow = failing([notPrimary()], 1_100);

    await expect(repeatOnOutage(slow.work)).rejects.toMatchObject({ code: 10_107 });

    expect(slow.attempts()).toBe(1);
  });
});
