import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FILE = resolve(__dirname, '../../../docs/data.md');

/** Rows of the form "| `find users by email` | `email_1` | … |". */
const ROW = /^\| `((?:find|update|delete|aggregate|findAndModify) [^`]+)` +\| ([^|]+)\|/;

/** The indexes that docs/data.md names for each query, by the query's shape. */
export const documentedQueries = (): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map(
    readFileSync(FILE, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, shape, cell] = ROW.exec(line) ?? [];
        if (shape === undefined || cell === undefined) return [];
        return [[shape, new Set([...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))]];
      }),
  );
