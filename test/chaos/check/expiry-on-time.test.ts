import { checkExpiryOnTime } from './expiry-on-time';
import { callOf, change, changeCall, type SampleRun, sampleFacts } from './sample-run';

/** The clock of one process was temporarily off by 4 s. */
const skew = (records: SampleRun['records'], target: string): void => {
  records.push({
    kind: 'fault',
    fault: 'clock',
    target,
    from: 0,
    until: 1_000,
    detail: { offsetMs: -4_000 },
  });
};

describe('expiry on time', () => {
  it('a correct run expires on time, even if a confirmation is retried after the expiry', async () => {
    expect(checkExpiryOnTime(await sampleFacts())).toMatchObject({ checked: 4, violations: [] });
  });

  it('a confirmation stored with a time after the expiry is a violation', async () => {
    const facts = await sampleFacts(({ reservations }) =>
      change(reservations, 'sold', { confirmedAt: 11_001 }),
    );
    expect(checkExpiryOnTime(facts).violations).toEqual([
      'reservation sold: confirmed 1970-01-01T00:00:11.001Z, after it expired at 1970-01-01T00:00:11.000Z',
    ]);
  });

  it('an expiry stored with too early a time is a violation', async () => {
    const facts = await sampleFacts(({ reservations }) =>
      change(reservations, 'expired', { expiredAt: 10_999 }),
    );
    expect(checkExpiryOnTime(facts).violations[0]).toContain('it was to live until');
  });

  it('an outcome without a time is a violation', async () => {
    const facts = await sampleFacts(({ reservations }) => {
      change(reservations, 'sold', { confirmedAt: undefined });
      change(reservations, 'expired', { expiredAt: undefined });
    });
    expect(checkExpiryOnTime(facts).violationsTotal).toBe(2);
  });

  it('a confirmation first sent after the expiry is a violation, whatever is stored', async () => {
    const facts = await sampleFacts((run) => changeCall(run, 3, { sentAt: 12_000 }));
    expect(checkExpiryOnTime(facts).violations).toEqual([
      'reservation sold: call 3 confirmed it 1000 ms after it expired',
    ]);
  });

  it('a confirmation whose first attempt was sent in time and got no response is allowed', async () => {
    const facts = await sampleFacts((run) => {
      run.records.push(
        callOf({ n: 20, action: 'confirm', reservationId: 'sold', sentAt: 9_000, status: 0 }),
      );
      changeCall(run, 3, { sentAt: 12_000 });
    });
    expect(checkExpiryOnTime(facts).violations).toEqual([]);
  });

  it('a reservation read as expired too early is a violation', async () => {
    const facts = await sampleFacts((run) =>
      changeCall(run, 8, { sentAt: 10_000, answeredAt: 10_990 }),
    );
    expect(checkExpiryOnTime(facts).violations).toEqual([
      'reservation expired: call 8 saw it expired 10 ms too early',
    ]);
  });

  it('the tolerance covers a shifted clock of reservation only', async () => {
    const plant =
      (target: string, sentAt: number) =>
      (run: SampleRun): void => {
        skew(run.records, target);
        changeCall(run, 3, { sentAt });
      };
    const totalOf = async (target: string, sentAt: number): Promise<number> =>
      checkExpiryOnTime(await sampleFacts(plant(target, sentAt))).violationsTotal;
    await expect(totalOf('reservation', 14_000)).resolves.toBe(0);
    await expect(totalOf('reservation', 15_001)).resolves.toBe(1);
    await expect(totalOf('catalog', 14_000)).resolves.toBe(1);
  });
});
