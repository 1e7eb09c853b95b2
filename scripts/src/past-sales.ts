import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { readEnvironment } from './environment/read-environment';
import { type CommandLine, readOptions } from './options';
import type { PastSales } from './past-sales/past-reservation';
import { writePastSales } from './past-sales/write-past-sales';
import { reportFailure, say, TaskError, type TaskInput } from './task';
import { withDatabase } from './with-database';

const PAST_SALES = {
  command: 'npm run past-sales',
  about: `For measurements: fills migrated databases with reservations of the past, as the services and retention would have left them.
Uses the database of MONGO_URI, or that of the stopped npm start. The stack must be stopped.`,
  options: {
    reservations: {
      kind: 'number',
      min: 1,
      max: 100_000_000,
      fallback: 1_000_000,
      help: 'reservations to write',
    },
    products: { kind: 'number', min: 1, max: 1_000_000, fallback: 1_000, help: 'products' },
    customers: { kind: 'number', min: 1, max: 10_000_000, fallback: 100_000, help: 'customers' },
    days: { kind: 'number', min: 1, max: 400, fallback: 365, help: 'days they are spread over' },
  },
} as const satisfies CommandLine;

const PROGRESS_MS = 10_000;

const createProgress = (total: number): ((written: number) => void) => {
  let saidAt = performance.now();
  return (written) => {
    const now = performance.now();
    if (now - saidAt < PROGRESS_MS) return;
    saidAt = now;
    say(`${written.toLocaleString('en')} of ${total.toLocaleString('en')} reservations`);
  };
};

const fill = async (mongoUri: string, dbPrefix: string, sales: PastSales): Promise<void> => {
  const client = await new MongoClient(mongoUri, { serverSelectionTimeoutMS: 5_000 }).connect();
  try {
    const databases = {
      catalog: client.db(`${dbPrefix}_catalog`),
      reservation: client.db(`${dbPrefix}_reservation`),
    };
    await writePastSales(databases, sales, createProgress(sales.reservations));
  } finally {
    await client.close();
  }
};

/** Fills the given or the local stack's databases with past sales. */
export const main = async ({ root, args }: TaskInput): Promise<void> => {
  try {
    const { reservations, products, customers, days } = readOptions(PAST_SALES, args);
    const environment = readEnvironment(root, process.env);
    const startedAt = performance.now();
    await withDatabase(root, environment, ({ mongoUri, stackRuns }) => {
      if (stackRuns) throw new TaskError('Stop `npm start` first.');
      return fill(mongoUri, environment.MONGO_DB_PREFIX, {
        reservations,
        products,
        customers,
        days,
        run: randomUUID(),
        until: new Date(),
        idempotencyDays: environment.IDEMPOTENCY_DAYS,
      });
    });
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    say(`${reservations.toLocaleString('en')} reservations written in ${seconds} s.`);
  } catch (error) {
    reportFailure(error);
  }
};
