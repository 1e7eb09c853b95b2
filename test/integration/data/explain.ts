import type { Connection, mongo } from 'mongoose';

/** How the store finds the documents of a query. */
export interface Plan {
  readonly scansCollection: boolean;
  readonly indexes: ReadonlySet<string>;
}

const visit = (value: unknown, seen: (stage: mongo.Document) => void): void => {
  if (typeof value !== 'object' || value === null) return;
  if ('stage' in value && typeof value.stage === 'string') seen(value);
  for (const inner of Object.values(value)) visit(inner, seen);
};

/** MongoDB names no index where it looks up a single `_id`. */
const isIdLookup = (stage: unknown): boolean => stage === 'IDHACK';

/** Asks the store for its plan. Reads only winning plans, not those that lost. */
export const explain = async (connection: Connection, command: mongo.Document): Promise<Plan> => {
  const db = connection.getClient().db(connection.name);
  const { queryPlanner, stages } = await db.command({
    explain: command,
    verbosity: 'queryPlanner',
  });
  const planners = [queryPlanner, ...(stages ?? [])].map(
    (found) => found?.winningPlan ?? found?.$cursor?.queryPlanner?.winningPlan,
  );
  let scansCollection = false;
  const indexes = new Set<string>();
  visit(planners, ({ stage, indexName }) => {
    if (stage === 'COLLSCAN') scansCollection = true;
    if (typeof indexName === 'string') indexes.add(indexName);
    if (isIdLookup(stage)) indexes.add('_id_');
  });
  return { scansCollection, indexes };
};
