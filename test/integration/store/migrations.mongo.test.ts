import { setTimeout as pause } from 'node:timers/promises';
import { createSilentLogger, type Logger } from '@flashreserve/ops';
import {
  createMigrationLock,
  type Migration,
  MigrationError,
  runMigrations,
} from '@flashreserve/store';
import { type Connection, createConnection, mongo } from 'mongoose';
import { eventually } from '../../support/eventually';
import { testStores, uniquePrefix } from '../../support/stores';

// Goal: whatever happens to the instances that start, a database gets each migration once and in
// order.

const LEASE_MS = 1_000;

let connections: Connection[];
beforeEach(async () => {
  const dbName = `${uniquePrefix()}_store`;
  const open = () =>
    createConnection(testStores().calmMongoUri, {
      dbName,
      autoIndex: false,
      autoCreate: false,
    }).asPromise();
  connections = await Promise.all([open(), open(), open()]);
});
afterEach(async () => {
  await connections[0]?.dropDatabase();
  await Promise.all(connections.map((connection) => connection.close()));
});

const connectionOf = (instance = 0): Connection => {
  const connection = connections[instance];
  if (connection === undefined) throw new Error('There is no such instance.');
  return connection;
};

const databaseOf = (connection: Connection) => connection.getClient().db(connection.name);

const migrate = (
  migrations: readonly Migration[],
  options: { readonly instance?: number; readonly log?: Logger; readonly waitMsMax?: number } = {},
) => {
  const { instance, log = createSilentLogger(), waitMsMax = 30_000 } = options;
  const connection = connectionOf(instance);
  return runMigrations({ connection, migrations, log, leaseMs: LEASE_MS, waitMsMax });
};

/** Migrations that write their names down, in the order in which they run. */
const recording = () => {
  const runs: string[] = [];
  const create = (number: number, name: string, work = async (): Promise<void> => undefined) => ({
    number,
    name,
    up: async () => {
      runs.push(name);
      await work();
    },
  });
  return { runs, create };
};

const appliedTo = (connection: Connection) =>
  databaseOf(connection)
    .collection<{ _id: number; name: string; appliedAt: Date }>('migrations')
    .find()
    .sort({ _id: 1 })
    .toArray();

describe('the migrations of a database', () => {
  it('run once each and in order when three instances start at once', async () => {
    const { runs, create } = recording();
    const migrations = [create(1, 'first', () => pause(300)), create(2, 'second')];

    const done = await Promise.all([0, 1, 2].map((instance) => migrate(migrations, { instance })));

    expect(runs).toEqual(['first', 'second']);
    expect(done.flat().map(({ name }) => name)).toEqual(['first', 'second']);
    const applied = await appliedTo(connectionOf());
    expect(applied.map(({ _id, name }) => [_id, name])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ]);
    expect(applied.every(({ appliedAt }) => appliedAt instanceof Date)).toBe(true);
  });

  it('are not repeated at the next start', async () => {
    const { runs, create } = recording();
    await migrate([create(1, 'first')]);
    expect(await migrate([create(1, 'first'), create(2, 'second')])).toHaveLength(1);
    expect(await migrate([create(1, 'first'), create(2, 'second')])).toHaveLength(0);
    expect(runs).toEqual(['first', 'second']);
  });

  it('wait until the lock of a killed instance has expired', async () => {
    const { runs, create } = recording();
    const killed = createMigrationLock(databaseOf(connectionOf(1)), {
      owner: 'killed',
      leaseMs: LEASE_MS,
    });
    expect(await killed.hold()).toBe(true);

    const started = performance.now();
    await migrate([create(1, 'first')]);

    expect(performance.now() - started).toBeGreaterThan(LEASE_MS / 2);
    expect(runs).toEqual(['first']);
  });

  it('keep the lock while they run for longer than one lease', async () => {
    const { runs, create } = recording();
    const migrations = [create(1, 'slow', () => pause(3 * LEASE_MS))];

    await Promise.all([0, 1].map((instance) => migrate(migrations, { instance })));

    expect(runs).toEqual(['slow']);
  });

  it('are not recorded by an instance that has lost the lock meanwhile', async () => {
    const { create } = recording();
    const locks = databaseOf(connectionOf()).collection<{ _id: string; owner: string }>(
      'migration_lock',
    );
    const stolen = create(1, 'first', async () => {
      const expiresAt = new Date(Date.now() + 60_000);
      await locks.updateOne({ _id: 'migrations' }, { $set: { owner: 'other', expiresAt } });
    });

    await expect(migrate([stolen])).rejects.toThrow(/another instance has it/);

    expect(await appliedTo(connectionOf())).toEqual([]);
    expect(await locks.findOne()).toMatchObject({ owner: 'other' });
  });

  it('are repeated while the store fails', async () => {
    const { runs, create } = recording();
    let failures = 0;
    const network = create(1, 'first', async () => {
      failures += 1;
      if (failures < 3) throw new mongo.MongoNetworkError('The connection broke.');
    });
    await migrate([network]);
    expect(runs).toEqual(['first', 'first', 'first']);
    expect(await appliedTo(connectionOf())).toHaveLength(1);
  });

  it('are waited for no longer than asked, with an error that says so', async () => {
    const { create } = recording();
    let finish = (): void => undefined;
    const unfinished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { runs, create: createSlow } = recording();
    const first = migrate([createSlow(1, 'first', () => unfinished)], { instance: 1 });
    await eventually(async () => {
      expect(runs).toHaveLength(1);
    }, 10_000);

    await expect(migrate([create(1, 'first')], { waitMsMax: 500 })).rejects.toThrow(
      /has not finished the migrations/,
    );
    finish();
    await first;
  });

  it('stop the start when one fails, and go on from there at the next start', async () => {
    const { runs, create } = recording();
    const broken = [
      create(1, 'first'),
      create(2, 'second', () => Promise.reject(new Error('The disk is full.'))),
      create(3, 'third'),
    ];
    await expect(migrate(broken)).rejects.toThrow(MigrationError);
    await expect(migrate(broken)).rejects.toThrow(/0002-second .*The disk is full/);
    expect(runs).toEqual(['first', 'second', 'second']);

    await migrate([create(1, 'first'), create(2, 'second'), create(3, 'third')]);
    expect(runs.slice(3)).toEqual(['second', 'third']);
  });

  it('of a newer version are accepted, and said in the log', async () => {
    const { runs, create } = recording();
    await migrate([create(1, 'first'), create(2, 'second')]);
    const log = createSilentLogger();
    const info = jest.spyOn(log, 'info');

    await migrate([create(1, 'first')], { log });

    expect(runs).toEqual(['first', 'second']);
    expect(info).toHaveBeenCalledWith(
      { newer: ['0002-second'] },
      'The database has migrations of a newer version.',
    );
  });

  it('are refused when the database has another one under the same number', async () => {
    const { runs, create } = recording();
    await migrate([create(1, 'first')]);
    await expect(migrate([create(1, 'other')])).rejects.toThrow(/0001-first.*0001-other/);
    expect(runs).toEqual(['first']);
  });
});
