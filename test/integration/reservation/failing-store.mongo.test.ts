import { HoldState } from '@flashreserve/contracts/catalog';
import { HoldVerdict } from '@flashreserve/contracts/reservation';
import { type LocalStores, startLocalStores } from '@flashreserve/local-stores';
import { createSilentLogger, createTestClock, newId } from '@flashreserve/ops';
import { runMigrations } from '@flashreserve/store';
import { type Connection, createConnection } from 'mongoose';
import type { Reservation } from '../../../services/reservation/src/domain/reservation';
import { MIGRATIONS } from '../../../services/reservation/src/mongo/migrations';
import { createModels } from '../../../services/reservation/src/mongo/models';
import { createReservationRepository } from '../../../services/reservation/src/mongo/reservation.repository';
import { repeatPatiently } from '../../support/patient-calls';
import { testEnvironment, uniquePrefix, useStores } from '../../support/stores';
import { type Harness, type ReservationApi, startHarness, TTL_SECONDS } from './harness';

// Goal: intermittent store failures, as of a degraded replica set, cost buyers only time. This
// suite always runs in faults mode; every suite can, see packages/local-stores/README.md.

const STORE_FAULTS = '7:0.05';

const clock = createTestClock(new Date());
let stores: LocalStores;
let harness: Harness;
let api: ReservationApi;

beforeAll(async () => {
  stores = await startLocalStores({
    env: {
      ...testEnvironment(),
      MONGO_URI: undefined,
      FLASHRESERVE_STORE_FAULTS: STORE_FAULTS,
    },
    log: () => undefined,
  });
  useStores({ ...stores, storeFaults: STORE_FAULTS });
  harness = await startHarness();
  api = await harness.start({ clock });
}, 300_000);
afterAll(async () => {
  await harness.stop();
  await stores.stop();
});

describe('with intermittent store failures', () => {
  it('40 of 60 buyers get the 40 units, and each confirms, cancels or expires once', async () => {
    const productId = await harness.catalog.newProduct(40);
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const customerId = newId();
        const input = { lines: [{ productId, quantity: 1 }], idempotencyKey: newId() };
        return api.reserve(customerId, input).then(
          ({ reservation }) => ({ customerId, id: reservation?.reservationId ?? '' }),
          (error: { readonly reason: string }) => error.reason,
        );
      }),
    );
    const made = outcomes.filter((outcome) => typeof outcome !== 'string');
    const refused = outcomes.filter((outcome) => typeof outcome === 'string');
    expect(made).toHaveLength(40);
    expect(new Set(refused)).toEqual(new Set(['OUT_OF_STOCK']));

    const [confirmed, cancelled, left] = [
      made.slice(0, 15),
      made.slice(15, 25),
      made.slice(25, 40),
    ];
    const settled = await Promise.all([
      ...confirmed.map(({ customerId, id }) => api.confirm(customerId, id)),
      ...cancelled.map(({ customerId, id }) => api.cancel(customerId, id)),
    ]);
    expect(settled.map(({ reservation }) => reservation?.status)).toEqual([
      ...confirmed.map(() => 'RESERVATION_STATUS_CONFIRMED'),
      ...cancelled.map(() => 'RESERVATION_STATUS_CANCELLED'),
    ]);

    clock.advanceMs(TTL_SECONDS * 1_000 + 1);
    const verdicts = await api.expire(left.map(({ id }) => id));
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(
      new Set([HoldVerdict.HOLD_VERDICT_RELEASE]),
    );
    const settlements = await harness.catalog.restore(left.map(({ id }) => id));
    expect(settlements.settlements.map(({ state }) => state)).toEqual(
      left.map(() => HoldState.HOLD_STATE_RELEASED),
    );
    await harness.catalog.commit(confirmed.map(({ id }) => id));
    await harness.catalog.restore(cancelled.map(({ id }) => id));
    await harness.catalog.expectStock(productId, { available: 25, held: 0, sold: 15 });
  });
});

describe('a batch insert that includes existing ids', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await createConnection(stores.mongoUri, {
      dbName: `${uniquePrefix()}_reservation`,
      autoIndex: false,
      autoCreate: false,
      monitorCommands: true,
      writeConcern: { w: 'majority', journal: true },
    }).asPromise();
  });
  afterAll(() => connection.close());

  const pending = (): Reservation => ({
    reservationId: newId(),
    customerId: newId(),
    status: 'PENDING',
    lines: [{ productId: newId(), quantity: 1 }],
    expiresAt: new Date(Date.now() + 60_000),
    createdAt: new Date(),
  });

  it('an insert is reported only after a majority has acknowledged it', async () => {
    const { reservations: model } = createModels(connection);
    await runMigrations({ connection, migrations: MIGRATIONS, log: createSilentLogger() });
    const repository = createReservationRepository(model, { hasGrace: false });
    const taken = pending();
    await repository.insert([taken]);
    let confirmed = true;
    let unconfirmedAndTaken = 0;
    connection.getClient().on('commandSucceeded', ({ commandName, reply }) => {
      if (commandName !== 'insert') return;
      const answer = reply as { writeConcernError?: unknown; writeErrors?: unknown };
      confirmed = answer.writeConcernError === undefined;
      if (!confirmed && answer.writeErrors !== undefined) unconfirmedAndTaken += 1;
    });

    for (let round = 0; round < 600; round += 1) {
      const batch = [taken, pending()];
      // Without a reply in time the outcome is unknown, and nothing is reported.
      const outcomes = await repeatPatiently(() => repository.insert(batch));
      expect({ confirmed, first: outcomes[0] }).toEqual({ confirmed: true, first: 'exists' });
    }

    expect(unconfirmedAndTaken).toBeGreaterThan(0);
  });
});
