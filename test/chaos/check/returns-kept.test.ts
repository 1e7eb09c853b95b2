import { checkInvariants } from './check-run';
import { checkReturnsKept } from './returns-kept';
import { change, changeCall, giveBack, type SampleRun, sampleFacts } from './sample-run';
import type { StoredReturn } from './store';

const check = async (
  plant: (run: SampleRun) => void = () => undefined,
): Promise<readonly string[]> => {
  const facts = await sampleFacts((run) => {
    giveBack(run);
    plant(run);
  });
  return checkReturnsKept(facts).violations;
};

const setReturns = (run: SampleRun, changes: readonly Partial<StoredReturn>[]): void => {
  const { returns } = run.reservations.find((one) => one.reservationId === 'sold') ?? {
    returns: [],
  };
  const [first] = returns;
  if (first === undefined) throw new Error('The sample run has no return.');
  change(run.reservations, 'sold', {
    returns: changes.map((fields, index) => ({ ...(returns[index] ?? first), ...fields })),
  });
};

describe('acknowledged returns are kept', () => {
  it('a run with returns is clean', async () => {
    const results = checkInvariants(await sampleFacts(giveBack));
    expect(results.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it.each([
    ['an acknowledged return is missing', [{}], /call 13, not stored/],
    ['a key returned twice', [{}, {}, { reason: 'k5' }], /2 times by key k5/],
    ['a return of nobody', [{}, {}, { reason: 'k9' }], /nobody asked/],
    ['other units', [{ lines: [{ productId: 'phone', quantity: 2 }] }, {}], /key k5 stored as/],
    ['another outcome', [{ writeOff: true }, {}], /key k5 stored as/],
    [
      'more units than confirmed',
      [{ lines: [{ productId: 'phone', quantity: 3 }] }, {}],
      /more units returned/,
    ],
  ] as const)('%s is found', async (_what, changes, problem) => {
    const violations = await check((run) => setReturns(run, changes));
    expect(violations.join()).toMatch(problem);
  });

  it('a refused return that is stored is found, and an unanswered one is allowed', async () => {
    const refuse = (status: number) =>
      check((run) => changeCall(run, 12, { status, reason: 'RETURN_EXCEEDS_UNITS' }));
    expect((await refuse(409)).join()).toMatch(/was refused, but/);
    expect(await refuse(0)).toEqual([]);
  });

  it('a status that contradicts the units that are left is found', async () => {
    const violations = await check((run) =>
      change(run.reservations, 'sold', { status: 'RETURNED' }),
    );
    expect(violations.join()).toMatch(/units are left/);
  });
});
