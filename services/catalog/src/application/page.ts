/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Builds a page from the result of a query for `pageSize + 1` items. */
export const toPage = <Item>(
  found: readonly Item[],
  pageSize: number,
  toToken: (last: Item) => string,
): Page<Item> => {
  const items = found.slice(0, pageSize);
  const last = items.at(-1);
  const isLastPage = found.length <= pageSize || last === undefined;
  return { items, nextPageToken: isLastPage ? '' : toToken(last) };
};
