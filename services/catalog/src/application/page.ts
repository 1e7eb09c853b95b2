/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/** Makes a page of what a query for one item more than the page holds has found. */
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
