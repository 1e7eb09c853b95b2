import type { Db } from 'mongodb';

const PAGE_SIZE = 2_000;

/** Holds and reservations handed to `visit` at a time. */
const VISIT_SIZE = 1_000;

interface Identified {
  readonly _id: string;
}

/** What the two databases have for one id; at least one of them has something. */
export interface Pair<Hold, Reservation> {
  readonly id: string;
  readonly hold: Hold | undefined;
  readonly reservation: Reservation | undefined;
}

export interface PairCounts {
  readonly holds: number;
  readonly reservations: number;
}

/** Reads a collection in id order, page by page, so that memory stays bounded. */
const createReader = <Document extends Identified>(
  db: Db,
  collection: string,
  fields: readonly string[] | undefined,
) => {
  const projection = fields && Object.fromEntries(fields.map((field) => [field, 1]));
  let page: readonly Document[] = [];
  let place = 0;
  let after = '';
  let isAtEnd = false;
  return {
    count: 0,
    /** Reads the next page if this one is used up. */
    fill: async (): Promise<void> => {
      if (isAtEnd || place < page.length) return;
      page = (await db
        .collection<Identified>(collection)
        .find({ _id: { $gt: after } }, projection && { projection })
        .sort({ _id: 1 })
        .limit(PAGE_SIZE)
        .toArray()) as unknown as readonly Document[];
      place = 0;
      const last = page.at(-1);
      isAtEnd = last === undefined;
      if (last !== undefined) after = last._id;
    },
    /** The next document; undefined at the end. */
    peek: (): Document | undefined => page[place],
    /** Returns the next document and goes on, if it has this id. */
    take(id: string): Document | undefined {
      const next = page[place];
      if (next?._id !== id) return undefined;
      place += 1;
      this.count += 1;
      return next;
    },
  };
};

/**
 * Walks through holds and reservations side by side, in id order. `visit` gets them in portions.
 * The two databases are not read at the same instant: a difference counts only if a later read
 * shows it too.
 */
export const forEachPair = async <Hold extends Identified, Reservation extends Identified>(
  databases: { readonly catalog: Db; readonly reservation: Db },
  options: {
    /** Fields to read; undefined means all. */
    readonly holdFields?: readonly string[];
    readonly reservationFields?: readonly string[];
    readonly visit: (pairs: readonly Pair<Hold, Reservation>[]) => Promise<void> | void;
  },
): Promise<PairCounts> => {
  const holds = createReader<Hold>(databases.catalog, 'holds', options.holdFields);
  const reservations = createReader<Reservation>(
    databases.reservation,
    'reservations',
    options.reservationFields,
  );
  let pairs: Pair<Hold, Reservation>[] = [];
  for (;;) {
    // Holds first: a hold is written before its reservation.
    await holds.fill();
    await reservations.fill();
    const next = [holds.peek()?._id, reservations.peek()?._id];
    const [id] = next.filter((each) => each !== undefined).sort();
    if (id === undefined) break;
    pairs.push({ id, hold: holds.take(id), reservation: reservations.take(id) });
    if (pairs.length < VISIT_SIZE) continue;
    await options.visit(pairs);
    pairs = [];
  }
  await options.visit(pairs);
  return { holds: holds.count, reservations: reservations.count };
};
