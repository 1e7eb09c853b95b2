/** Label of a stack with so many instances of catalog and of reservation. */
export const scaleLabel = (count: number): string =>
  count === 1 ? '1 instance of each' : `${count} instances of each`;
