import { HTTP_SERVER_LIMITS } from '@flashreserve/ops';

const KIB = 1_024;

/**
 * Every bound on what clients make the gateway keep or do. What an operator can change stands in `config.ts`;
 * `docs/limits.md` says what a client sees at each, and `memoryAtBounds` derives the memory from them.
 */
export const BOUNDS = {
  ...HTTP_SERVER_LIMITS,
  /** Requests under way of all routes but reserve, confirm and cancel, which are cheap because they share their calls. */
  coldRequestsMax: 256,
  /** Largest request body, before and after decompression. */
  bodyBytesMax: 64 * KIB,
  /** Members of objects and elements of lists in a body, in all. The largest body that a route takes has some 60. */
  bodyValuesMax: 256,
  /** Deepest nesting of a body; the routes need three levels. */
  bodyDepthMax: 32,
  /** Parameters of a query. */
  queryParametersMax: 32,
  /** The largest value of `STREAMS_MAX`. */
  streamsMax: 12_000,
} as const;
