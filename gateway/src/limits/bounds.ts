import { HTTP_SERVER_LIMITS } from '@flashreserve/ops';

const KIB = 1_024;

/**
 * All bounds on the memory and work that clients can cause. Configurable limits are in `config.ts`;
 * `docs/limits.md` documents the response at each bound, and `memoryAtBounds` derives the memory.
 */
export const BOUNDS = {
  ...HTTP_SERVER_LIMITS,
  /**
   * Concurrent requests, except those that are cheap: reserve, confirm and cancel, which share
   * calls, and products answered from memory.
   */
  coldRequestsMax: 256,
  /** Largest request body, before and after decompression. */
  bodyBytesMax: 64 * KIB,
  /** Object members and array elements of a body in total; the largest valid body has about 60. */
  bodyValuesMax: 256,
  /** Maximum nesting of a body; the routes need three levels. */
  bodyDepthMax: 32,
  /** Maximum number of query parameters. */
  queryParametersMax: 32,
  /** Recent answers about products that are kept for reuse, and their bytes in total. */
  recentAnswersMax: 5_000,
  recentBytesMax: 16 * KIB * KIB,
  /** Maximum value of `STREAMS_MAX`. */
  streamsMax: 12_000,
} as const;
