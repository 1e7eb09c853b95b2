/**
 * Processes every item, at most `limit` at a time, and keeps the order of results. Stops at the
 * first failure.
 */
export const inParallel = async <Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  let failed = false;
  const entries = items.entries();
  const lane = async (): Promise<void> => {
    // All lanes share one iterator.
    for (const [index, item] of entries) {
      if (failed) return;
      results[index] = await work(item);
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(limit, items.length) }, () =>
      lane().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  return results;
};
