import type { Db } from 'mongodb';

const PAGE_SIZE = 1_000;

/** Iterates over a collection in id order and returns the number of documents. */
export const forEachPage = async <Document extends { readonly _id: string }>(
  db: Db,
  collection: string,
  visit: (page: readonly Document[]) => Promise<void>,
): Promise<number> => {
  let after = '';
  let count = 0;
  for (;;) {
    const page = await db
      .collection<{ _id: string }>(collection)
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(PAGE_SIZE)
      .toArray();
    const last = page.at(-1);
    if (last === undefined) return count;
    await visit(page as unknown as readonly Document[]);
    after = last._id;
    count += page.length;
  }
};
