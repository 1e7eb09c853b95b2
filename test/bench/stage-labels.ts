/** Label of a stack with this many instances of catalog and of reservation. */
export const scaleLabel = (count: number): string =>
  count === 1 ? '1 instance of each' : `${count} instances of each`;

/** Open streams while reservations are measured. */
export const STREAMS_OPEN = 5_000;
export const WITHOUT_STREAMS_LABEL = 'without streams';
export const STREAMS_LABEL = `${STREAMS_OPEN.toLocaleString('en')} streams`;
