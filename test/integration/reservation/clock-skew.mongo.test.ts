import { ReservationStatus } from '@flashreserve/contracts/reservation';
import { newId } from '@flashreserve/ops';
import { createHealthProbe } from '@flashreserve/rpc';
import { eventually } from '../../support/eventually';
import {
  type Harness,
  type ReservationApi,
  refusalOf,
  reservationOf,
  startHarness,
} from './harness';

// Goal: an instance with a wrong clock expires no reservation early, confirms none late, and
// recovers by itself.

const MINUTES_10 = 600_000;
const NOTICED_MS = 20_000;
const WRONG_CLOCKS = [MINUTES_10, -MINUTES_10, 24 * 3_600_000, -24 * 3_600_000];

let harness: Harness;
let right: ReservationApi;
let productId: string;
beforeAll(async () => {
  harness = await startHarness();
  right = await harness.start();
  productId = await harness.catalog.newProduct(1_000);
});
afterAll(() => harness.stop());

/** An instance with a clock that the test can move. */
const startMovable = async (startMs: number) => {
  let offsetMs = startMs;
  const port = await harness.startInstance({
    clock: { now: () => new Date(Date.now() + offsetMs) },
    env: { CLOCK_SKEW_MAX_MS: '5000' },
  });
  const probe = createHealthProbe(`127.0.0.1:${port}`);
  return {
    api: harness.connect(port),
    probe,
    setOffset: (ms: number): void => {
      offsetMs = ms;
    },
  };
};

const order = () => ({ lines: [{ productId, quantity: 1 }], idempotencyKey: newId() });
const skewed = { kind: 'unavailable', reason: 'CLOCK_SKEW', domain: 'reservation.flashreserve' };

describe.each(WRONG_CLOCKS)('an instance whose clock is %d ms off', (offsetMs) => {
  it('time-dependent calls are refused until the clock is right, while another instance serves', async () => {
    const { api, probe, setOffset } = await startMovable(offsetMs);
    const customer = newId();
    const live = reservationOf(await right.reserve(customer, order())).reservationId;
    const before = await harness.catalog.stockOf(productId);

    expect(await refusalOf(api.reserve(customer, order()))).toMatchObject(skewed);
    expect(await refusalOf(api.confirm(customer, live))).toMatchObject(skewed);
    expect(await refusalOf(api.cancel(customer, live))).toMatchObject(skewed);
    expect(await refusalOf(api.expire([live]))).toMatchObject(skewed);
    expect(await probe.check(5_000)).toBe('not-serving');
    expect(await harness.catalog.stockOf(productId)).toEqual(before);
    const confirmed = reservationOf(await right.confirm(customer, live));
    expect(confirmed.status).toBe(ReservationStatus.RESERVATION_STATUS_CONFIRMED);

    setOffset(0);
    await eventually(() => api.reserve(customer, order()), NOTICED_MS);
    expect(await probe.check(5_000)).toBe('serving');
    probe.close();
  });
});

describe('a clock that jumps while the instance serves', () => {
  it('the jump is detected: no due reservation is confirmed and no live one is expired', async () => {
    const { api, probe, setOffset } = await startMovable(0);
    const short = await harness.start({ env: { RESERVATION_TTL_SECONDS: '1' } });
    const customer = newId();
    const over = reservationOf(await short.reserve(customer, order())).reservationId;
    const live = reservationOf(await api.reserve(customer, order())).reservationId;

    setOffset(-MINUTES_10);
    await eventually(async () => {
      expect(await refusalOf(api.reserve(customer, order()))).toMatchObject(skewed);
    }, NOTICED_MS);
    await eventually(async () => {
      const { status } = reservationOf(await right.get(customer, over));
      expect(status).toBe(ReservationStatus.RESERVATION_STATUS_EXPIRED);
    }, NOTICED_MS);
    expect(await refusalOf(api.confirm(customer, over))).toMatchObject(skewed);
    setOffset(MINUTES_10);
    expect(await refusalOf(api.expire([live]))).toMatchObject(skewed);

    const { status } = reservationOf(await right.get(customer, live));
    expect(status).toBe(ReservationStatus.RESERVATION_STATUS_PENDING);
    // Reads use the time only to verify the token.
    expect(reservationOf(await api.get(customer, over)).reservationId).toBe(over);
    probe.close();
  });
});

describe.each([2_000, -2_000])('an instance whose clock is %d ms off, within the limit', (ms) => {
  it('a clock skew within the limit does not stop an instance from serving', async () => {
    const { api, probe } = await startMovable(ms);
    const customer = newId();

    const made = reservationOf(await api.reserve(customer, order()));
    const { status } = reservationOf(await api.confirm(customer, made.reservationId));

    expect(status).toBe(ReservationStatus.RESERVATION_STATUS_CONFIRMED);
    expect(await probe.check(5_000)).toBe('serving');
    probe.close();
  });
});
