import type { Connection } from 'mongoose';
import { uniquePrefix } from '../../support/stores';
import { type CapturedQuery, openCapturing } from './captured-queries';
import { documentedQueries } from './documented-queries';
import { explain, type Plan } from './explain';
import { usesOfAuth } from './use-auth';
import { usesOfCatalog } from './use-catalog';
import { usesOfReservation } from './use-reservation';

// Goal: no query of a service walks a whole collection, however large it has grown.

const FILL_MS = 120_000;
const documented = documentedQueries();
const allShapes: string[] = [];

describe.each([
  ['auth', usesOfAuth],
  ['catalog', usesOfCatalog],
  ['reservation', usesOfReservation],
] as const)('the queries of %s', (service, usesOf) => {
  let connection: Connection;
  let queries: readonly CapturedQuery[];
  let plans: ReadonlyMap<string, Plan>;

  beforeAll(async () => {
    const capturing = await openCapturing(`${uniquePrefix()}_${service}`);
    connection = capturing.connection;
    const { prepare, use } = usesOf(connection);
    await prepare();
    queries = await capturing.record(use);
    const explained: [string, Plan][] = [];
    for (const { shape, command } of queries) {
      explained.push([shape, await explain(connection, command)]);
    }
    plans = new Map(explained);
    allShapes.push(...plans.keys());
  }, FILL_MS);
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  it('no query scans a collection', () => {
    const scans = [...plans].filter(([, plan]) => plan.scansCollection || plan.indexes.size === 0);
    expect(scans.map(([shape]) => shape)).toEqual([]);
  });

  it('a query that scans a collection is recognized', async () => {
    const [query] = queries;
    const command = { find: query?.collection, filter: { unknown: 1 } };
    expect(await explain(connection, command)).toMatchObject({ scansCollection: true });
  });

  it('every query uses an index that docs/data.md names for it', () => {
    const others = [...plans].flatMap(([shape, { indexes }]) =>
      [...indexes]
        .filter((name) => documented.get(shape)?.has(name) !== true)
        .map((name) => `${shape}: ${name}`),
    );
    expect(others).toEqual([]);
  });

  it('lists of products on sale can use the index that leaves out sold-out products', async () => {
    // The local store prefers `_id_` although the other index fits; MongoDB tries both.
    const lists = queries.filter(({ shape }) => documented.get(shape)?.has('available'));
    for (const { command } of lists) {
      const { scansCollection, indexes } = await explain(connection, {
        ...command,
        hint: 'available',
      });
      expect([scansCollection, ...indexes]).toEqual([false, 'available']);
    }
    expect(lists).toHaveLength(service === 'catalog' ? 2 : 0);
  });

  it('the store ends lists of products on sale that take too long', () => {
    const lists = queries.filter(({ shape }) => documented.get(shape)?.has('available'));
    for (const { maxTimeMs } of lists) expect(maxTimeMs).toBeGreaterThan(0);
  });

  it('every index serves a query or deletes expired documents', async () => {
    const needed = new Set(
      [...plans.keys()].flatMap((shape) => [...(documented.get(shape) ?? [])]),
    );
    const unused: string[] = [];
    const db = connection.getClient().db(connection.name);
    for (const { name: collection } of await db.listCollections().toArray()) {
      for (const { name = '', expireAfterSeconds } of await db.collection(collection).indexes()) {
        if (name === '_id_' || needed.has(name) || expireAfterSeconds !== undefined) continue;
        unused.push(`${collection}.${name}`);
      }
    }
    expect(unused).toEqual([]);
  });
});

// Last, because it needs the queries of all services.
describe('docs/data.md', () => {
  it('docs/data.md lists every query, and no other', () => {
    expect([...documented.keys()].sort()).toEqual(allShapes.sort());
  });
});
