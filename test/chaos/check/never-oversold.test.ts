import { checkNeverOversold } from './never-oversold';
import { bodyOf, callOf, changeCall, type SampleRun, sampleFacts } from './sample-run';

/** One more reservation; 12 units were stocked, and 12 are taken from 1,010 until 3,000. */
const reserve = (n: number, quantity: number, sentAt: number) => (run: SampleRun) => {
  const lines = [{ productId: 'phone', quantity }];
  run.records.push(
    callOf({
      n,
      action: 'reserve',
      lines,
      sentAt,
      reservation: bodyOf(`more-${n}`, lines, sentAt),
    }),
  );
};

describe('never oversold, seen from outside', () => {
  it('a correct run that sells every unit is not oversold', async () => {
    expect(checkNeverOversold(await sampleFacts())).toMatchObject({ checked: 1, violations: [] });
  });

  it('one unit too many is a violation', async () => {
    const facts = await sampleFacts(reserve(20, 1, 2_000));
    expect(checkNeverOversold(facts).violations).toEqual([
      'product phone: 13 units taken at 1970-01-01T00:00:02.010Z, only 12 ever put in',
    ]);
  });

  it('cancelled units count as free from when the cancellation was sent', async () => {
    expect(checkNeverOversold(await sampleFacts(reserve(20, 4, 2_990))).violations).toEqual([]);
    expect(checkNeverOversold(await sampleFacts(reserve(20, 4, 2_989))).violationsTotal).toBe(1);
  });

  it('expired units count as free, and sold ones never again', async () => {
    expect(checkNeverOversold(await sampleFacts(reserve(20, 9, 20_000))).violations).toEqual([]);
    expect(checkNeverOversold(await sampleFacts(reserve(20, 10, 20_000))).violationsTotal).toBe(1);
  });

  it('an adjustment without a response counts as applied', async () => {
    const facts = await sampleFacts((run) => {
      reserve(20, 1, 2_000)(run);
      run.records.push({
        kind: 'adjust',
        productId: 'phone',
        delta: 1,
        key: 'late',
        outcome: 'unknown',
        at: 99_000,
      });
    });
    expect(checkNeverOversold(facts).violations).toEqual([]);
  });

  it('a replayed response is no evidence of held units', async () => {
    const facts = await sampleFacts((run) => {
      reserve(20, 5, 2_000)(run);
      changeCall(run, 20, { status: 200, replayed: true });
    });
    expect(checkNeverOversold(facts).violations).toEqual([]);
  });

  it('a sale of a product that was never stocked is a violation', async () => {
    const facts = await sampleFacts(({ records }) => {
      records.splice(1, 1);
    });
    expect(checkNeverOversold(facts).violationsTotal).toBe(1);
  });
});
