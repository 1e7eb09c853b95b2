import { createSilentLogger, newId } from '@flashreserve/ops';
import { runMigrations } from '@flashreserve/store';
import type { Connection } from 'mongoose';
import { ANY_CUSTOMER } from '../../../services/reservation/src/application/ports';
import { MIGRATIONS } from '../../../services/reservation/src/mongo/migrations';
import { createModels } from '../../../services/reservation/src/mongo/models';
import type { ReservationModel } from '../../../services/reservation/src/mongo/reservation.model';
import { createReservationRepository } from '../../../services/reservation/src/mongo/reservation.repository';
import { createRetentionRepository } from '../../../services/reservation/src/mongo/retention.repository';
import { exercise, fill, type ServiceUses } from './exercise';

const COUNT = 4_000;
const STATUSES = ['PENDING', 'CONFIRMED', 'CANCELLED', 'EXPIRED'] as const;
const NOW = new Date();
const SOON = new Date(NOW.getTime() + 600_000);
const OWNER = { reservationId: 'reservation-8', customerId: 'customer-8' } as const;
const ANYBODYS = { ...OWNER, customerId: ANY_CUSTOMER } as const;

const fillReservation = async (connection: Connection): Promise<void> => {
  const reservation = (index: number) => ({
    _id: `reservation-${index}`,
    customerId: `customer-${index % 200}`,
    status: STATUSES[Math.floor(index / 200) % STATUSES.length],
    lines: [{ productId: 'product', quantity: 1 }],
    expiresAt: SOON,
    createdAt: new Date(NOW.getTime() + index),
    ...(index % 2 === 0 && { externalReference: `order-${index % 400}` }),
  });
  await fill(connection, 'reservations', { count: COUNT, make: reservation });
  const tombstone = (index: number) => ({
    _id: `tombstone-${index}`,
    status: 'EXPIRED',
    expiresAt: NOW,
    createdAt: NOW,
    expiredAt: NOW,
    tombstone: true,
  });
  await fill(connection, 'reservations', { count: 100, make: tombstone });
};

const useRepository = (model: ReservationModel): Promise<void> =>
  exercise(createReservationRepository(model, { hasGrace: true }), {
    insert: (insert) =>
      insert([
        {
          reservationId: newId(),
          customerId: 'customer',
          lines: [{ productId: 'product', quantity: 1 }],
          status: 'PENDING',
          expiresAt: SOON,
          createdAt: NOW,
        },
      ]),
    find: (find) => find(OWNER.reservationId),
    findOwned: async (findOwned) => {
      for (const addressed of [OWNER, ANYBODYS]) await findOwned(addressed);
    },
    resolve: async (resolve) => {
      for (const addressed of [OWNER, ANYBODYS]) {
        for (const by of ['customer', 'backend'] as const) {
          await resolve([{ ...addressed, to: 'CONFIRMED', by }], NOW);
        }
      }
    },
    extend: async (extend) => {
      const extension = { reservationId: 'reservation-9', from: SOON, to: SOON, extensionId: 'x' };
      await extend({ ...extension, customerId: OWNER.customerId });
      await extend({ ...extension, customerId: ANY_CUSTOMER });
    },
    addReturn: async (addReturn) => {
      const made = {
        returnId: newId(),
        lines: [{ productId: 'product', quantity: 1 }],
        writeOff: false,
        reason: 'too small',
        createdAt: NOW,
      };
      const addition = { reservationId: 'reservation-209', made, isLast: true };
      for (const customerId of ['customer-9', ANY_CUSTOMER] as const) {
        await addReturn({ ...addition, customerId, before: 0 });
        await addReturn({ ...addition, customerId, before: 1 });
      }
    },
    clearReturnsPending: (clearReturnsPending) => clearReturnsPending('reservation-209', 1),
    findReturnsPending: (findReturnsPending) =>
      findReturnsPending({ after: 'reservation-2', limit: 20 }),
    findOpen: (findOpen) => findOpen({ customerId: OWNER.customerId, now: NOW, limit: 10 }),
    list: async (list) => {
      for (const status of [undefined, ...STATUSES]) {
        for (const after of [undefined, { createdAt: SOON, reservationId: 'reservation-9' }]) {
          const query = { now: NOW, status, after, limit: 20 };
          await list({ ...query, customerId: OWNER.customerId });
        }
      }
      for (const after of [undefined, { createdAt: SOON, reservationId: 'reservation-9' }]) {
        const query = { now: NOW, status: undefined, after, limit: 20 };
        await list({ ...query, customerId: ANY_CUSTOMER, externalReference: 'order-8' });
      }
    },
    expireDue: (expireDue) => expireDue(['reservation-9', 'reservation-10'], NOW),
    findFates: (findFates) => findFates(['reservation-9', 'reservation-10']),
    insertTombstones: (insertTombstones) => insertTombstones([newId()], NOW),
  });

const useRetention = (model: ReservationModel): Promise<void> =>
  exercise(createRetentionRepository(model), {
    count: (count) => count(),
    readAges: (readAges) => readAges({ after: 'reservation-1', limit: 20 }),
    deleteEnded: (deleteEnded) => deleteEnded(['reservation-201', 'reservation-202']),
  });

/** Every query of reservation's adapters, and a database to ask them. */
export const usesOfReservation = (connection: Connection): ServiceUses => {
  const { reservations: model } = createModels(connection);
  return {
    prepare: async () => {
      await runMigrations({ connection, migrations: MIGRATIONS, log: createSilentLogger() });
      await fillReservation(connection);
    },
    use: async () => {
      await useRepository(model);
      await useRetention(model);
    },
  };
};
