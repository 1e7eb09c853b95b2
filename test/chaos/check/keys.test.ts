import { checkKeys } from './keys';
import { bodyOf, callOf, changeCall, type SampleRun, sampleFacts } from './sample-run';

const lines = [{ productId: 'phone', quantity: 3 }];

describe('one reservation for each key', () => {
  it('a correct run has one reservation per key', async () => {
    expect(checkKeys(await sampleFacts())).toMatchObject({ checked: 3, violations: [] });
  });

  it('another customer may use the same key', async () => {
    const facts = await sampleFacts(({ records }) =>
      records.push(
        callOf({
          n: 20,
          action: 'reserve',
          customerId: 'bob',
          key: 'k1',
          lines,
          sentAt: 1_000,
          reservation: bodyOf('of-bob', lines, 1_000),
        }),
      ),
    );
    expect(checkKeys(facts).violations).toEqual([]);
  });

  const plants: readonly (readonly [string, (run: SampleRun) => void, string])[] = [
    [
      'a key with two reservations',
      (run) => changeCall(run, 7, { key: 'k1' }),
      'key k1 of ann: 2 reservations: sold, expired',
    ],
    [
      'a reservation with two keys',
      (run) => changeCall(run, 2, { key: 'other' }),
      'reservation sold: shared by key k1 of ann and key other of ann',
    ],
    [
      'a reservation made by two calls without a key',
      ({ records }) =>
        records.push(
          callOf({
            n: 20,
            action: 'reserve',
            lines: [{ productId: 'phone', quantity: 4 }],
            sentAt: 1_000,
            status: 200,
            replayed: true,
            reservation: bodyOf('given-up', [{ productId: 'phone', quantity: 4 }], 1_000),
          }),
        ),
      'reservation given-up: shared by call 5 without a key and call 20 without a key',
    ],
    [
      'a replay with other units',
      (run) =>
        changeCall(run, 2, {
          reservation: bodyOf('sold', [{ productId: 'phone', quantity: 2 }], 1_000),
        }),
      'reservation sold: call 2 was told 2 of phone',
    ],
    [
      'a replay with another expiry',
      (run) => changeCall(run, 2, { reservation: bodyOf('sold', lines, 1_100) }),
      'call 1 3 of phone until 1970-01-01T00:00:11.000Z',
    ],
    [
      'a reservation that was made twice',
      (run) => changeCall(run, 2, { status: 201, replayed: false }),
      'reservation sold: made more than once, by calls 1 and 2',
    ],
    [
      'a replay that does not say so',
      (run) => changeCall(run, 2, { replayed: false }),
      'reservation sold: call 2 was answered 200 without being a replay',
    ],
  ];
  it.each(plants)('the check of idempotency keys finds %s', async (_what, plant, text) => {
    const { violations } = checkKeys(await sampleFacts(plant));
    expect(violations).toContainEqual(expect.stringContaining(text));
  });
});
