import { BOUNDS } from './bounds';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** Memory costs, rounded up from measurements on Node 20; `docs/limits.md` describes the method. */
const MEMORY_COSTS = {
  /** Heap of an idle gateway after some thousand requests. */
  heapOfProcess: 80 * MIB,
  /** Heap per open connection. */
  heapOfConnection: 4 * KIB,
  /** Heap per request in flight, including its response. */
  heapOfRequest: 32 * KIB,
  /** Heap per stream, beyond its connection. */
  heapOfStream: 4 * KIB,
  /** Heap per recent answer that is kept, without its bytes. */
  heapOfRecentAnswer: 1.5 * KIB,
  /** Memory of the process outside the heap. */
  outsideOfProcess: 60 * MIB,
  /** Memory of the process that starts the others and serves their metrics. */
  primaryProcess: 90 * MIB,
  /** Memory per connection outside the heap: socket and parser. */
  outsideOfConnection: 9 * KIB,
} as const;

export interface MemoryAtBounds {
  /** JavaScript heap in use in each process when every bound is reached, in bytes. */
  readonly heap: number;
  /** Memory of all processes of the gateway together in that state, in bytes. */
  readonly total: number;
}

/**
 * Memory that a gateway needs when every bound is reached at once, with `streams` open streams.
 * With several processes each takes its share of the load, and one more starts them.
 */
export const memoryAtBounds = (streams: number, processes = 1): MemoryAtBounds => {
  const costs = MEMORY_COSTS;
  const heapOfLoad =
    BOUNDS.connectionsMax * costs.heapOfConnection +
    BOUNDS.requestsMax * costs.heapOfRequest +
    streams * costs.heapOfStream +
    BOUNDS.recentAnswersMax * costs.heapOfRecentAnswer;
  const outsideOfLoad =
    BOUNDS.connectionsMax * costs.outsideOfConnection +
    BOUNDS.waitingBytesMax +
    BOUNDS.recentBytesMax;
  const ofEachProcess = costs.heapOfProcess + costs.outsideOfProcess;
  const ofPrimary = processes === 1 ? 0 : costs.primaryProcess;
  return {
    heap: costs.heapOfProcess + heapOfLoad / processes,
    total: processes * ofEachProcess + heapOfLoad + outsideOfLoad + ofPrimary,
  };
};
