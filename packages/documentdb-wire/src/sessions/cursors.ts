import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';

/** As MongoDB. */
const IDLE_MS_MAX = 600_000;
const CURSORS_MAX = 10_000;

/** What is needed to fetch the next page of a query. */
export interface OpenCursor {
  readonly database: string;
  /** The engine's own description of where it stands. */
  readonly continuation: Buffer;
}

/** Queries with pages that the client has not fetched yet. */
export interface Cursors {
  put(id: bigint, cursor: OpenCursor): void;
  /** @throws {CommandError} CursorNotFound (43). */
  get(id: bigint): OpenCursor;
  delete(id: bigint): boolean;
}

/** Cursors unused for ten minutes are forgotten, and beyond 10,000 the oldest. */
export function createCursors(now: () => number = () => performance.now()): Cursors {
  // A map keeps its order of insertion: the least recently used is always the first.
  const cursors = new Map<bigint, OpenCursor & { readonly usedAtMs: number }>();
  const forgetOld = () => {
    const oldest = now() - IDLE_MS_MAX;
    for (const [id, cursor] of cursors) {
      if (cursor.usedAtMs >= oldest && cursors.size <= CURSORS_MAX) {
        break;
      }
      cursors.delete(id);
    }
  };
  return {
    put(id, cursor) {
      cursors.delete(id);
      cursors.set(id, { ...cursor, usedAtMs: now() });
      forgetOld();
    },
    get(id) {
      const cursor = cursors.get(id);
      if (cursor === undefined) {
        throw new CommandError(CODE.cursorNotFound, `Cursor id ${id} not found.`);
      }
      return cursor;
    },
    delete: (id) => cursors.delete(id),
  };
}
