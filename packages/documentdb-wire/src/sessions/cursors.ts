import { CommandError } from '../errors/command-error';
import { CODE } from '../errors/error-codes';

/** As in MongoDB. */
const IDLE_MS_MAX = 600_000;
const CURSORS_MAX = 10_000;

/** What it takes to fetch the next page of a query. */
export interface OpenCursor {
  readonly database: string;
  /** The engine's own description of the position. */
  readonly continuation: Buffer;
}

/** Cursors with pages that the client has not fetched yet. */
export interface Cursors {
  put(id: bigint, cursor: OpenCursor): void;
  /** @throws {CommandError} CursorNotFound (43). */
  get(id: bigint): OpenCursor;
  delete(id: bigint): boolean;
}

/** Drops cursors that have been idle for ten minutes, and the least recently used above 10,000. */
export function createCursors(now: () => number = () => performance.now()): Cursors {
  // A map keeps insertion order, so the least recently used cursor comes first.
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
