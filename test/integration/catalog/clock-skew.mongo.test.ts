import { HoldState } from '@flashreserve/contracts/catalog';
import { eventually } from '../../support/eventually';
import { refusalOf, soundStock, startCatalog } from './catalog-fixture';

// Goal: no hold is dated by a wrong clock, and no wrong clock hides an overdue hold from the sweep.

const NOTICED_MS = 20_000;
const UNITS = 100_000;
const SECOND = { seconds: 1, nanos: 0 };
const LIST = { overdueFor: undefined, pageSize: 0, pageToken: '' };
const skewed = { kind: 'unavailable', reason: 'CLOCK_SKEW', domain: 'catalog.flashreserve' };

it.each([600_000, -600_000, 86_400_000])(
  'a catalog whose clock is %d ms off takes no units and lists no holds until it is right',
  async (wrongMs) => {
    let offsetMs = 0;
    const clock = { now: () => new Date(Date.now() + offsetMs) };
    const catalog = await startCatalog({ clock });
    try {
      const { productId } = await catalog.newProduct(UNITS);
      const line = { lines: [{ productId, quantity: 1 }], holdTime: SECOND };
      const { hold } = await catalog.take(line);

      offsetMs = wrongMs;
      await eventually(async () => {
        expect(await refusalOf(catalog.take(line))).toMatchObject(skewed);
      }, NOTICED_MS);
      expect(await refusalOf(catalog.call('listOverdueHolds', LIST))).toMatchObject(skewed);
      const batch = catalog.call('batchDecrementStock', { requests: [] });
      expect(await refusalOf(batch)).toMatchObject(skewed);

      offsetMs = 0;
      await eventually(() => catalog.take(line), NOTICED_MS);
      await eventually(async () => {
        const { holds } = await catalog.call('listOverdueHolds', LIST);
        expect(holds.map(({ reservationId }) => reservationId)).toContain(hold.reservationId);
      }, NOTICED_MS);
      expect((await catalog.audit(productId)).consistent).toBe(true);
    } finally {
      await catalog.stop();
    }
  },
);

it('catalog keeps serving reads and settlements while its clock is wrong', async () => {
  let offsetMs = 0;
  const catalog = await startCatalog({ clock: { now: () => new Date(Date.now() + offsetMs) } });
  try {
    const { productId } = await catalog.newProduct(UNITS);
    const line = { lines: [{ productId, quantity: 1 }], holdTime: SECOND };
    const { hold } = await catalog.take(line);
    offsetMs = 600_000;
    await eventually(async () => {
      expect(await refusalOf(catalog.take(line))).toMatchObject(skewed);
    }, NOTICED_MS);

    // Call deadlines use the system clock, which is right here.
    const [settled] = await catalog.restore([hold.reservationId], { timeoutMs: 1_200_000 });

    expect(settled?.state).toBe(HoldState.HOLD_STATE_RELEASED);
    const { available, held } = soundStock(await catalog.audit(productId));
    expect(available + held).toBe(UNITS);
  } finally {
    await catalog.stop();
  }
});
