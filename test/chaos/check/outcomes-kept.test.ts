import { checkOutcomesKept } from './outcomes-kept';
import { change, type SampleRun, sampleFacts } from './sample-run';

describe('acknowledged outcomes are kept', () => {
  it('a correct run keeps all acknowledged outcomes', async () => {
    expect(checkOutcomesKept(await sampleFacts())).toMatchObject({ checked: 2, violations: [] });
  });

  const plants: readonly (readonly [string, (run: SampleRun) => void, string])[] = [
    [
      'a confirmation that is lost',
      ({ reservations }) => change(reservations, 'sold', { status: 'EXPIRED' }),
      'reservation sold: confirmation acknowledged by call 3, but it is EXPIRED',
    ],
    [
      'a confirmed reservation whose units were given back',
      ({ holds }) => change(holds, 'sold', { state: 'RELEASED' }),
      'its hold is RELEASED',
    ],
    [
      'a cancellation that is lost',
      ({ reservations }) => change(reservations, 'given-up', { status: 'CONFIRMED' }),
      'cancellation acknowledged by call 6, but it is CONFIRMED',
    ],
    [
      'a cancelled reservation whose units are still held',
      ({ holds }) => change(holds, 'given-up', { state: 'HELD' }),
      'its hold is HELD',
    ],
    [
      'a confirmed reservation without a hold',
      ({ holds }) => holds.splice(0, 1),
      'its hold is missing',
    ],
    [
      'a confirmation for somebody else',
      ({ reservations }) => change(reservations, 'sold', { customerId: 'bob' }),
      'to ann, who does not own it',
    ],
  ];
  it.each(plants)('the check of outcomes finds %s', async (_what, plant, text) => {
    const { violations, violationsTotal } = checkOutcomesKept(await sampleFacts(plant));
    expect(violationsTotal).toBe(1);
    expect(violations[0]).toContain(text);
  });
});
